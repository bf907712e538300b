"""Tables, repositories and the unit of work. No ORM object leaves this package."""
