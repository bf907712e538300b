"""Tables, repositories and the unit of work. No ORM object leaves this package."""

# Every module of tables is known as soon as the package is: migrations and tests look at all of them.
from storage import tables_dialogues as tables_dialogues
from storage import tables_keeping as tables_keeping
from storage import tables_media as tables_media
from storage import tables_news as tables_news
from storage import tables_nominations as tables_nominations
from storage import tables_people as tables_people
from storage import tables_sessions as tables_sessions
from storage import tables_zalo as tables_zalo
