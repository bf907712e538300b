"""Whether somebody is in danger now, or tells of the past, asks about a benefit, or only uses a way of speaking.

The words of danger are few and known, and a miss costs more than anywhere else: they are written down instead of
learned. The classifier sees the rest.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from content.search.spelling import Word

_IDIOM: Final = re.compile(
    r"\bchay (?:tui|hang|ve|may|do tui|pin|nang|than|cho|xe om|an|tien|viec|chuc|giay to|chua)\b"
    r"|\bphong chay\b|\b(?:bo|an|com|nuoc|may|xe) chay(?= (?:chua|xe|bo|qua|tu|den|ve|lien|duoc)\b)"
    r"|\bchet (?:tien|that|do|me|cuoi|met|doi|luon|mat|di duoc|tiet|roi ae)\b"
    r"|\b(?:doi|buon cuoi|met|nong|buon ngu|tuc|no|thuong) (?:muon )?chet\b"
    r"|\bdanh (?:bac|ca|gia|de|dong|con|lo|may|bat|nguoi chu|doi|trong|dau|rang|van|ban)\b"
    r"|\bdau (?:tu|gia)\b|\b(?:cho|binh|mua|lap|tap huan|doi|diem) (?:chua chay|cuu hoa|phong chay)\b|\bphong chay chua chay\b"
    r"|\b(?:mo thay|nam mo|phim|truyen|bai van|ta (?:canh|dam)|lich su|tieu thuyet) (?:\w+ ){0,6}"
    r"(?:chay|chet|duoi nuoc|chet duoi|ran can|cuop|giet nguoi|tu tu|tu sat|danh nhau|tai nan)\b"
    r"|\b(?:so cuu|_ cuu|hoc|_|day) (?:\w+ )?(?:boi|ran can|duoi nuoc)\b|\b(?:my|nga|trung quoc|israel) (?:\w+ ){0,3}danh nhau\b"
    r"|\b(?:dau tim|chet) (?:luon|mat|duoc|vi (?:dep|yeu|suong))\b|\bchay (?:ve|do|phim|xang|bui|qua)\b|\b(?:xe|o to|may) (?:\w+ ){0,3}chay (?:qua|bui|xang|hao|phu|ha|khong|nhanh|cham|tu|den)\b|\b(?:so|_) do lan dau\b|\bdam (?:cuoi|hoi|gio|tang|ma|dong)\b|\bcay nha (?:no|ben|hang|nguoi)\b|\bno (?:min|may)\b|\bbong (?:den|da)\b|\bmeo (?:bi )?lac\b|\ban treo\b|\bso la goi(?: \w+){0,9}|\b(?:choi|vo) (?:ho|hui|phuong)(?: \w+)? giat\b|\b(?:chi pheo|lao hac|vu an|tren bao|phien toa)\b(?: \w+){0,5}|\bdot rac(?: \w+){0,3}|\bnoi com (?:bi )?chay\b|\bchay khet cao\b|\btu dien\b(?= (?:tieng|anh))"
)
_EVENTS: Final = {
    "despair": (
        r"\btu (?:tu|sat)\b|\b(?:khong|chang|ko|het|chan|dau) (?:con )?(?:muon|thiet) (?:song|ton tai)\b"
        r"|\bmuon chet\b|\bchan (?:song|doi)\b"
        r"|\bchet (?:quach|di cho|cho xong|cho nhe|cho roi|thoi|phut|di cho xong)\b"
        r"|\bsong (?:the nay|nua|tiep)?\s*(?:nua )?(?:de )?lam gi\b|\b(?:thu )?tuyet menh\b|\bthat co\b"
        r"|\bnhay (?:cau|song|lau|gieng)\b"
        r"|\b(?:uong|mua|san) (?:san )?thuoc (?:sau|ngu|chuot|doc|tru sau|diet co)\b|\bmua san thuoc\b"
        r"|\bket (?:thuc|lieu) (?:tat ca|cuoc (?:doi|song)|doi|minh)\b|\bvinh biet\b"
        r"|\b(?:cua|rach|cat) (?:co )?tay\b|\bnghi quan\b|\bbien mat khoi\b|\bkhong con (?:ly do|thiet)\b"
        r"|\btuyet vong\b|\bkhong (?:the )?song noi\b|\bhuy hoai ban than\b|\bsong khong noi\b"
        r"|\bmuon giai thoat\b|\b(?:doi|leo len cau) nhay\b|\bkhong (?:con )?loi thoat\b"
        r"|\b(?:viet|(?:de|_) lai) (?:mot )?(?:la )?thu (?:(?:de|_) )?(?:lai|roi bo|tuyet|cho cac con)\b|\bmuon bien mat\b"
        r"|\bduong chet\b|\btreo co\b|\bom con (?:nhay|chet|tu)\b|\b(?:muon|dinh|chi muon) (?:\w+ )?(?:di cho (?:roi|nhe|xong)"
        r"|ngu (?:\w+ )?(?:luon|mai|khong day)|di theo|cat mach|nhay)\b|\bkhong (?:\w+ )?(?:tinh lai|thuc day) nua\b"
        r"|\b(?:mai|ngay mai) (?:khong con|se khong con)\b|\bganh nang cho (?:con|gia dinh|ca nha|moi nguoi)\b"
        r"|\b(?:tu )?lam dau (?:chinh )?(?:minh|ban than)\b|\b(?:khong|ko) (?:duoc )?sinh ra\b|\b(?:khong|ko|chang) ai (?:can|thuong) (?:toi|em|chau|minh|den)\b"
        r"|\bthua thai\b|\bchet (?:cung|theo|luon|het)\b.*\b(?:con|chong|vo)\b|\b(?:can|cat) mach\b|\b(?:dung|ngoi|leo) (?:tren|len|o) (?:cau|noc|lan can|thanh cau)\b"
        r"|\b(?:chiu|song) (?:khong|het) (?:noi|duoc) nua\b|\bkhong (?:the )?(?:chiu|chiu dung) (?:noi|duoc|them) (?:duoc )?nua\b"
        r"|\b(?:het|khong con) (?:duong song|hi vong|hy vong)\b|\b(?:uong|nuot) (?:ca |het )?(?:\w+ )?(?:vi|nam|lo|chai|hop|dong) thuoc\b"
        r"|\bchet (?:moi|thi|la) (?:het|hon|nhe|yen)\b|\bkhong muon o (?:lai )?(?:tren )?(?:doi|coi)\b|\b(?:want to|wanna) die\b|\bkill myself\b|\bsuicide\b|\bto live\b(?=$)"
        r"|\btoi (?:se )?chet day\b|\b(?:di|bo) (?:doi|thien ha)\b(?= (?:nay|luon))|\bbuong xuoi\b|\b(?:cam|om) (?:chai|lo) thuoc\b"
        r"|\b(?:khong|chang) (?:con )?thiet (?:tha|gi)\b|\b(?:dem nay|hom nay|mai) toi (?:se )?di theo\b|\bchet (?:cho|di cho) (?:ranh|xong|nhe|do|roi|khuat)\b|\bchac toi chet\b|\bngu (?:mot giac )?(?:va |roi )?khong (?:bao gio )?day nua\b"
        r"|\btoi di day\b(?=.*\b(?:con|trong|nho)\b)|\b(?:nho|trong)\b.*\btoi di day\b|\bdang buoc day\b|\bma song\b$|\bto die\b|\b(?:em|chau|toi|con|k|khong|ko) (?:k |ko |khong )(?:muon|mun) song\b"
    ),
    "child": (
        r"\b(?:xam hai|sam so|dam o|hiep(?: dam)?|lam nhuc|so (?:soang|mo|vao nguoi|nguoi (?:em|chau|con|be|toi))"
        r"|quay roi tinh duc|doi bai|cuong buc|lam bay(?! gio))\b|\bcoi (?:quan|ao)\b|\bbat coc\b"
        r"|\b(?:be|chau|con|tre)\b.*\b(?:mat tich|di lac|that lac|bi bo roi)\b"
        r"|\b(?:tre|be|chau be|dua tre|dua be|em be)\b.*\b(?:bi )?(?:danh dap|bao hanh|hanh ha)\b"
        r"|\b(?:bao hanh|hanh ha|danh dap) (?:tre|em be|chau be|con nho)\b"
        r"|\bbo roi (?:truoc|o|ngoai|ben)\b|\bdung (?:vao|cham) (?:nguoi|co the|vung kin)\b"
        r"|\bso mo\b|(?:(?<!bo )(?<!me )(?<!chong )(?<!cha )(?<!vo )(?<!nha )(?<!tuyen )\bmat tich|\b(?:di lac|lac duong|bi lac)|\blac mat (?:con|chau|me|bo|ba|ong))\b"
        r"|\b(?:khong thay ve|chua tim (?:thay|duoc))\b(?=.*\b(?:con|chau|be|em|ba|ong|cu|me|lan)\b)"
        r"|\b(?:lan|ong|ba|cu)\b.*\bbo nha di\b|^(?!.*\b(?:the|tien|giay|luong|ho so|so|thu)\b).*\b(?:con|chau|be|em|ba|ong|cu|me|bo)\b.*\b(?:chua (?:thay )?ve|khong thay ve|khong thay dau|chua tim (?:thay|ra|duoc)|khong lien lac duoc)\b"
        r"|\b(?:be|dua be|em be|chau be|tre con|dua tre)\b.*\b(?:bi )?(?:bo|vut) (?:o|ngoai|trong|truoc|ben) (?:bui|thung|bai|duong|goc|cong|cho)\b"
        r"|\b(?:troi|nhot|bo doi|dot|di) (?:\w+ )?(?:con|chau|be|tre|em)\b.*\b(?:danh|ngoai|trong|nuoc soi)\b|\bvung kin\b|\bcho tu lam bay\b"
        r"|\b(?:anh|clip|video) (?:nong|bay|khoa than|nhay cam)\b|\b(?:bat|ep) (?:em|chau|con|be) (?:\w+ )?(?:coi|cuoi|ngu|quan he|chup|an xin)\b"
        r"|\b(?:bi|bi nguoi ta) (?:bat|lua|du) (?:di|ban|sang|theo)\b(?! (?:lai|nuoc ngoai|linh|bo doi|hoc|hop))|\blua ban\b|\bem bi ban\b|\b(?:touched|lost|missing|abused)\b(?=.*\b(?:child|daughter|son)\b)"
        r"|\b(?:child|daughter|son)\b.*\b(?:lost|missing|touched|abused)\b|\b(?:rape|raped)\b|\b(?:ru|du|keo|du do) (?:em|chau|con|be) (?:vao phong|di theo|di xa)\b"
        r"|\b(?:be|om|dat) (?:con|chau) (?:\w+ )?di mat\b|\bnhet gie\b|\bnguoi la (?:\w+ )?(?:dat|be|bat|du|don|ru)\b"
        r"|\bbe lac\b|\bmy child\b.*\blost\b|\btre so sinh (?:\w+ )?(?:bi )?bo\b|\bep (?:em|chau|con)? ?chup\b|\bdi nuoc soi\b|\bbi bo doi\b|\bbat (?:chau|con|be|em) (?:\w+ )?di an xin\b"
    ),
    "violence": (
        r"\b(?:chong|bo|cha|bo duong|con trai|anh ay|anh ta|ong ay|han|no|lao|me ke|vo|ban trai|nguoi yeu"
        r"|ba|con dau|anh re)\b(?: \w+){0,5} danh(?: dap)? (?:\w+ )?(?:em|toi|chau|me|vo|con|u|bam|ba|ong"
        r"|tui|minh|tim|chay|vo dau|toi boi|suot|hoai|tan nhan)\b|\bbop co\b"
        r"|\bnhot (?:toi|em|chau|me|hai|trong|ba)\b"
        r"|\b(?:bi|doi) (?:no |chong |han |con |bo )?(?:danh|bao hanh|nguoc dai|hanh hung)\b"
        r"|\b(?:doa|dam|chem) (?:se )?(?:giet|chem|dam|dot)\b|\bbao (?:hanh|luc) gia dinh\b|\bcam dao\b"
        r"|\bdanh vo\b|\bdanh dap\b|\bhay danh\b|\bdoa dot nha\b"
        r"|\b(?:bi|ep) (?:chong |no |ban trai )?(?:ep|cuong ep) (?:quan he|lam)\b|\bep quan he\b|\btuoi xang\b|\bdoi bom\b"
        r"|\bdi dao\b|\bke dao\b|\bcam (?:\w+ )?(?:dao|gay|bua|riu|sung)\b|\b(?:dap|nem) (?:\w+ )?vao (?:dau|mat|nguoi) (?:em|toi|me|chau)\b"
        r"|\b(?:chong|bo|con|no|han|anh ta|ong ay) (?:\w+ ){0,4}(?:dap pha|len con chem|chem|doa giet|duoi danh|nhot|boc lot)\b"
        r"|\b(?:duoi|danh) (?:\w+ )?(?:me con|vo con|ra khoi nha|ra duong)\b|\bbi danh (?:\w+ )?(?:tham|gay|tim|bam|chay mau|suot|hoi dong)\b"
        r"|\bdanh (?:\w+ ){0,3}(?:chay mau|gay (?:tay|chan|xuong)|tham tim|bam (?:tim|dap|mat)|nhap vien|ngat)\b|\bbeating me\b|\b(?:has|with) (?:a|anh) knife\b|\bhit(?:s|ting)? me\b"
        r"|\bnghien (?:\w+ ){0,3}(?:danh|chem|dap)\b|\b(?:dien|say|ngao da) (?:\w+ ){0,3}(?:cam dao|chem|duoi chem)\b"
        r"|\b(?:khoa|chot) cua (?:khong cho|nhot)\b|\bchong (?:\w+ )?(?:danh|bat ep|ep)\b(?! (?:bai|ca|cau|bac|de|dong))|\bgio tro\b|\bdanh (?:\w+ )?(?:con|vo|me|tre|be) (?:\w+ )?(?:da man|doi tien|chay)\b|\bdanh tre\b|\ba knife\b"
    ),
    "drowning": (
        r"\bduoi nuoc\b|\bchet duoi\b"
        r"|\b(?:roi|nga|truot|lan|tuot|nhao) (?:xuong|vao) (?:\w+ )?(?:ao|song|gieng|ho|muong|dap|be|kenh"
        r"|nuoc|suoi|dam)\b|\b(?:lat|chim) (?:thuyen|do|xuong)\b"
        r"|\b(?:thuyen|do|xuong) (?:bi )?(?:lat|chim)\b"
        r"|\b(?:lu|nuoc) cuon (?:mat )?(?:nguoi|em|chau|con|bo|me|ong|ba)\b"
        r"|\bchoi voi\b|\b(?:bi )?nuoc cuon\b(?! (?:troi )?(?:mat )?(?:lua|nha|het|do|tai san|lon|ga|vit|hoa mau))|\b(?:roi|nga|lao|nhay) (?:(?:xuong|vao) (?:ao|song|muong|chum|kenh|ho)|gieng|ho ga|ho nuoc|ho cong trinh|be nuoc)\b"
        r"|\b(?:tam|boi) (?:\w+ )?(?:song|ho|ao|suoi|bien)\b.*\b(?:khong thay|chua thay|mat tich|chim)\b|\b(?:khong|chua) thay (?:\w+ )?(?:noi )?len\b"
        r"|\bvot (?:len|duoc)\b.*\btho\b|\b(?:drown\w*|fell in(?:to)? the (?:pond|river|well|water))\b|\bsap chim\b|\bdang chim\b"
        r"|\b(?:truot|roi|nga|sa) (?:chan )?(?:\w+ )?(?:xuong|vao) (?:song|ao|gieng|ho|muong|kenh|suoi|dap)\b|\bfell in\b"
    ),
    "fire": (
        r"\bchay (?:nha|bep|rung|xe|kho|lon|to|rom|dien|cho|bung|roi|voi|cuu|lan|chay|du doi)\b"
        r"|\b(?:bi|dang|boc|phat|chap|co|dam|vu|bung|sap) (?:\w+ )?chay\b"
        r"|\b(?:nha|bep|rung|kho|xe|mai|quan|xom|cho|truong|dien|hang xom|rom|chuong"
        r"|tu dien) (?:\w+ ){0,3}chay\b|\bhoa hoan\b|\bcuu hoa\b|\bkhoi (?:mu mit|den|boc|nghi ngut)\b"
        r"|\blua (?:dang|boc|lan|chay)\b|\b(?:binh )?ga[sz]? (?:\w+ )?(?:xi|ro|no|phut)\b"
        r"|\b(?:xi|ro|mui|no) (?:khi |binh )?ga[sz]?\b|\bchap dien\b|^chay$|^chay (?:a|roi|voi)$"
        r"|\blua (?:\w+ )?(?:to|lon|len|bung|bat|liem|bam|trao|phut)\b(?! (?:gia|tien))|\b(?:toe|ben|bat|phut|bung) lua\b|\bkhoi (?:day|den|mu|ngat|nhieu|khet)\b"
        r"|\bxi ga\b|\bnong nac\b|\bmui (?:ga|gas|khet)\b|\bno (?:cau dao|binh|noi hoi|dien|pin|ac quy)\b|\bchay chay\b|\bbao chay\b|\bchay (?:doi|cho|xuong|tu lanh|chuong|o to|cot dien|canh dong|ca|lan|may|phong|gara|quan)\b"
        r"|\b(?:on|caught|catch) fire\b|\bfire in\b|\bhouse (?:is )?(?:burning|fire)\b|\b(?:no|chay) (?:\w+ ){0,2}khet\b|\bsac (?:\w+ )?(?:no|chay)\b"
        r"|\bchay (?:\w+ )?(?:tren|ban tho|rem|chan|dem|man)\b|\bben (?:len|vao|sang)\b|\bcuu hoa\b|\bchay cho\b"
    ),
    "medical": (
        r"\bdot quy\b|\btai bien\b|\bbat tinh\b|\bngat (?:xiu|roi|di|goi|xuong|tai|luon)?\b"
        r"|\b(?:khong|kho|ngung|ngat|nghet) tho\b|\bco giat\b|\bsui bot\b"
        r"|\bhoc (?:xuong|di vat|vien|hat|keo|thuc an)\b|\b(?:chay|ra|mat) (?:nhieu )?mau\b|\bmau chay\b"
        r"|\btim tai\b|\bmeo (?:mom|mieng)\b|\b(?:mom|mieng) meo\b|\bran (?:\w+ )?can\b"
        r"|\b(?:ran|ong) (?:doc|dot)\b|\bngo doc\b|\bdau (?:nguc|tim|bung) (?:du doi|qua|quan|dot ngot)\b"
        r"|\bcap cuu\b|\bhap hoi\b|\bsap chet\b|\bhon me\b|\bvo oi\b"
        r"|\bsap de\b(?! (?:nguoi|len|trung|vao|chet))|\bdau de (?:du|qua|sap|ra|roi)\b|\bdien giat\b"
        r"|\bgiat dien\b|\buong nham\b|\bliet nua nguoi\b(?=.*\b(?:tu dung|dot nhien|dang|vua)\b)"
        r"|\btu dung (?:\w+ ){0,2}liet\b|\bngung tim\b"
        r"|\btho khong (?:noi|duoc)\b|\bcon dau tim\b|\bngoi khong day\b|\bgoi khong (?:tinh|day|thua)\b"
        r"|\bbong (?:nang|nuoc soi)\b|\bsoc thuoc\b|\bngat xiu\b"
        r"|\bngat\b(?! (?:dien|ket noi|mang|cuoc))|\b(?:me|co|sac|cung) (?:man|ham|quap)\b|\bcung ham\b|\bcung do\b|\btim (?:ngung|ngung dap|ngat|mat)\b|\btim tai\b|\btim (?:moi|nguoi|het)\b(?=.*\b(?:be|chau|con|em|tho)\b)"
        r"|\bkhong (?:con )?(?:thay )?(?:mach|tho|cu dong|nhuc nhich)\b|\b(?:nuot|hoc) (?:phai )?(?:\w+ )?(?:xu|pin|hat|xuong|kim|nam cham|dong xu|do choi|thach|hot)\b|\bhoc xuong\b"
        r"|\buong (?:phai|nham|nhieu)? ?(?:\w+ )?(?:dau hoa|xang|axit|acid|thuoc tay|nuoc tay|javen|thuoc chuot|thuoc co|diet co|tru sau)\b"
        r"|\b(?:say|hit|trung|ngam) (?:phai )?(?:thuoc (?:sau|tru sau|tay sau)|khi (?:than|doc|ga)|nang (?:\w+ )?(?:ngat|xiu|nga))\b|\bphun thuoc (?:\w+ ){0,4}(?:chong mat|non|kho tho|xiu)\b"
        r"|\b(?:vo|ra|ri) (?:nuoc )?oi\b|\bnuoc oi\b|\bbang huyet\b|\bde (?:roi|giua duong|tai nha|o nha)\b|\b(?:sap|dang|tro) (?:da )?(?:sinh|de)\b(?! (?:nguoi|len|trung|vao|chet|chan|tay))(?=.*\b(?:khong|gap|roi|xe|nha|duong|kip)\b)"
        r"|\bbong (?:\w+ )?(?:xang|dien|lua|nuoc|soi|axit|nang|ga|voi|ca nguoi)\b|\bnon (?:ra )?mau\b|\bmau (?:phun|trao|ra nhieu|me be bet|nhieu|khong cam)\b|\bmat mau\b|\bchay mau\b"
        r"|\b(?:ran|ong|cho dai|rit|bo cap) (?:\w+ ){0,3}(?:can|dot|chich)\b|\bsoc phan ve\b|\bdi ung (?:\w+ ){0,4}(?:kho tho|sung)\b|\bdien giat\b|\b(?:dinh|cham) (?:vao )?(?:day )?dien\b"
        r"|\b(?:lay|goi|ho) (?:\w+ )?(?:khong|ko|chang|mai khong) (?:tinh|day|thua|noi|nghe|tra loi)\b|\b(?:guc|lim|quy|te|nga) (?:di|xuong|lan|guc|vat|quy)\b(?! (?:thap|ngheo|gia))"
        r"|\bsot (?:cao|(?:39|40|41)\b|li bi|me man)\b(?! keo dai)|\bli bi\b|\bdau (?:that|quan|nhoi|thot|tuc) (?:nguc|bung|tim)?\b|\bnhoi mau\b|\bvo dau\b|\bmat mo\b(?=.*\bruou\b)|\bngo doc\b"
        r"|\b(?:unconscious|ambulance|heart attack|stroke|bleeding|breathe|snake bite|poison\w*|choking)\b|\bco (?:quap|cung)\b|\btut huyet ap\b|\bnoi ngong\b|\bliet nua nguoi\b(?=.*\b(?:sang nay|toi nay|bay gio|tu nhien|nay roi)\b)"
        r"|\b(?:an|uong) (?:\w+ ){1,3}(?:ca nha )?(?:bi )?(?:non|co giat|ngo doc)\b|\bset danh (?:trung )?(?:nguoi|bo|me|chong|vo|con|chau|toi)\b|\blen con (?:hen|co giat|dau|suyen|tim)\b"
        r"|\b(?:nga|te|guc|nam)\b.*\b(?:khong|ko) (?:day|dung|noi|cu dong|nhuc nhich)\b|\bhoc (?:\w+ )?(?:xuong|hat|keo|vat)\b|\btim (?:moi|tai)\b|\bnon mua\b|^(?:\w+ ){0,2}bi set danh$|\bmat mo khong thay\b"
    ),
    "accident": (
        r"(?<!vi )(?<!sau )(?<!do )\btai nan\b(?! lao dong (?:duoc|boi|den|thi))|\bxe (?:\w+ ){0,3}(?:dam|tong|lat|huc|can (?:chet|trung|phai|qua|nguoi))\b"
        r"|\b(?:dam|tong|huc) (?:xe|phai|trung|vao)?\s*(?:nguoi|nhau|em|chau|con)\b"
        r"|\bbi (?:xe|oto|o to|tau) (?:\w+ ){0,2}(?:dam|tong|can)\b"
        r"|\bsap (?:nha|tuong|gian giao|cau|ham|lo|mai)\b"
        r"|\b(?:nha|tuong|gian giao|cau|ham|lo|mai) (?:\w+ ){0,2}(?:bi )?sap\b"
        r"|\bde (?:trung |vao |len |chet )?(?:nguoi(?! (?:that|khac|ta|dan|gia))|chan|tay|bo|me)\b"
        r"|\bnga (?:tu|gian giao|mai|lau|cay|xe)\b|\bgay (?:chan|tay|co|xuong)\b"
        r"|\bket (?:trong|ben trong|duoi|nguoi|trong xe)\b|\bcuon vao may\b|\bno (?:min|bom|lop)\b"
        r"|\b(?:roi|nga) (?:tu|khoi) (?:tren |trong )?(?:\w+ )?(?:cay|lau|tang|mai|cao|cau|thang|xe|gac|gian)\b|\b(?:bi )?trau (?:\w+ )?huc\b|\bbo huc\b|\bthang may (?:roi|ket)\b|\bno (?:noi hoi|may|xuong)\b"
        r"|\b(?:may|bang chuyen|day)\b (?:\w+ ){0,3}(?:cuon|nghien|cat) (?:\w+ )?(?:tay|chan|toc|ngon)\b|\bket (?:tay|chan|dau)\b|\bda (?:lo|lan|de|roi)\b|\bsap (?:mo|ham|lo|gieng)\b"
        r"|\b(?:o to|oto|xe khach|xe tai|xe may|xe)\b (?:\w+ ){0,3}(?:lao xuong|roi xuong|lat|dam|tong)\b|\bbi (?:tau|xe) \w* ?(?:dam|tong|can|quet)\b|\b(?:car|bike|traffic) (?:crash|accident)\b|\baccident\b"
        r"|\bnguoi (?:bi )?nam (?:bat dong|giua duong|tren duong)\b|\bdam (?:vao|phai) nhau\b|\btu tang (?:\w+ )?(?:roi|nga)\b|\b(?:roi|nga) (?:\w+ )?gian giao\b"
        r"|\bdam xe\b|\btau (?:hoa )?(?:dam|tong|huc)\b|\bde (?:cong nhan|tho|nguoi (?!that|khac|ta|dan)|nen)\b|\bno lo\b|\b(?:tuong|cay|da|cot)\b (?:\w+ ){0,2}de\b(?! (?:may|con|lam))|\bcar crash\b|\bcrash\b"
    ),
    "flood": (
        r"\b(?:lu|nuoc|lut) (?:\w+ ){0,2}(?:dang|tran vao|len nhanh|ngap nha)\b"
        r"|\bket (?:tren mai|tren noc|giua)\b|\bsat lo\b|\bvo de (?:roi|song|bien|nuoc)\b"
        r"|\bmac ket\b|\bco lap\b|\bcay do\b"
        r"|\bday dien (?:bi )?dut\b"
        r"|\b(?:de|dap|ke) (?:bi )?vo\b(?=$| (?:roi|nuoc|cuu))|\bvo (?:de|dap)\b(?=$| (?:roi|cuu|nuoc))|\bnuoc (?:\w+ ){0,2}(?:tran (?:de|bo|vao nha)|len (?:toi|den|tan|ngang|nhanh)|ngap (?:toi|den|tan|ngang|noc|mai|co|bon be))\b"
        r"|\blu (?:quet|ve|dang|len|ong)\b|\bnui lo\b|\bdat (?:sat|lo|sut)\b|\b(?:xin|can|goi) (?:\w+ )?(?:xuong|thuyen|ca no|doi cuu ho|cuu ho)\b|\btren (?:mai|noc) nha\b|\bngoi tren (?:mai|noc)\b"
        r"|\bnha (?:sap|dang|sap bi) (?:sap|do|troi)\b|\bnha do\b(?=.*\b(?:nguoi|de|ket)\b)|\bday dien (?:\w+ )?(?:dut|roi)\b|\btrapped\b|\bflood(?:ed|ing)?\b.*\b(?:help|trapped|rising)\b"
        r"|\bket (?:ngoai|trong|o) (?:\w+ )?(?:dong|nuoc|lu|nha ngap|nha)\b|\bnuoc (?:chay )?xiet\b|\bnuoc vao nha\b|\b(?:gio|bao|loc) (?:\w+ ){0,3}(?:giat|bay|toc) (?:\w+ )?(?:mai|tung)\b"
        r"|\bngap (?:\w+ ){0,3}khong (?:ra|thoat|di) (?:duoc|noi)\b|\bnha dang ngap\b|\btoc mai dang\b|\bnuoc vao nha\b"
    ),
    "crime": (
        r"\b(?:bi|co|dang|gap) (?:\w+ )?(?:cuop|trom|giat)\b|\bcuop (?:giat|xe|tien)\b"
        r"|\btrom (?:vao|dang|lot|be)\b|\b(?:cay|pha|dap) (?:cua|khoa|cong|nha)\b|\bdot nhap\b|\bma tau\b"
        r"|\bdoa giet\b|\bde doa (?:tinh mang|toi|em|giet)\b|\bgoi (?:cong an|113)\b"
        r"|\bngoai cua co (?:nguoi|ke)\b|\b(?:chem|giet) (?:nguoi|nhau)\b|\bdanh nhau\b"
        r"|\bnguoi la (?:\w+ ){0,3}(?:pha|cay|vao|dot)\b"
        r"|\bco trom\b|\b(?:trom|ke gian|ke la|nguoi la|thang la|thang) (?:\w+ ){0,4}(?:treo|leo|be khoa|dap cua|dap pha|chan duong|bam theo|rinh|dot nhap|dung ngoai|trong nha|vao nha|nhin vao)\b"
        r"|\b(?:bam theo|chan duong|chan danh|vay danh) (?:\w+ )?(?:em|toi|chau|con|minh)\b|\bdi sung\b|\bcam sung\b|\btien chuoc\b|\btong tien\b(?=.*\b(?:anh|clip|doa|giet)\b)|\bcuop cuop\b"
        r"|\bbat (?:em|toi|chau|con|giu|nhot) (?:\w+ ){0,4}(?:khong cho|len xe|doi tien)\b|\b(?:giu|nhot|giam) (?:\w+ )?(?:khong cho (?:ve|ra|xuong|di))\b|\bkhong cho (?:em|chau|toi|con)? ?(?:ve|ra ngoai|xuong xe)\b(?=.*\b(?:bat|nhot|giu|ket|xe|quan)\b)"
        r"|\b(?:thief|burglar|robber\w*|robbed|breaking in|kidnap\w*|call the police)\b|\b(?:dam|chem) (?:nguoi|nhau|loan|bi thuong)\b|\b(?:co (?:dua|thang|nguoi)|dang) (?:\w+ )?(?:dam|chem|danh)\b(?=.*\b(?:nguoi|nhau|em|toi|con|me)\b)"
        r"|\b(?:bon|chung|tui) no (?:\w+ ){0,4}(?:pha|chem|danh|dot|nem|keo den|vay|doi giet|doa)\b|\bdoi no (?:\w+ ){0,3}(?:pha|nem|dap|doa|nhot|danh)\b|\bhoi dong\b(?=.*\bdanh\b)|\bvua (?:bi )?(?:cuop|giat)\b"
        r"|\bxa hoi den\b|\bcuop\b(?=.*\b(?:vua|dang|cua toi|mat)\b)|\bcong an\b(?=.*\bgap\b)|\b(?:di|ke|chia|gi) dao\b"
        r"|\bnhot (?:em|toi|chau|con)\b|\bthief\b|\bcall the police\b"
    ),
}
# The accented words that the plain ones stand for in the patterns: with any other accent they mean something else.
_MEANT: Final = {
    "bat": ("bắt", "bất", "bật"),
    "bong": ("bỏng",),
    "can": ("cắn", "cán", "cần"),
    "chay": ("cháy", "chảy", "chaý"),
    "chim": ("chìm",),
    "danh": ("đánh",),
    "de": ("đè", "đẻ", "đê"),
    "giat": ("giật",),
    "hoc": ("hóc",),
    "lao": ("lão",),
    "lu": ("lũ",),
    "lua": ("lửa", "lừa"),
    "nga": ("ngã",),
    "ngat": ("ngất", "ngạt", "ngắt"),
    "ran": ("rắn",),
    "so": ("sờ", "sỡ"),
    "sot": ("sốt",),
    "tho": ("thở",),
}
# Whoever leaves the tone out has not said which word it is.
_TONED: Final = re.compile("[àáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ]")
_PATTERNS: Final = tuple((subject, re.compile(pattern)) for subject, pattern in _EVENTS.items())
_PAST: Final = re.compile(
    r"\b(?:nam (?:ngoai|truoc|kia|roi|xua|\d{4})|thang (?:truoc|roi|\w+ vua roi|\d+|gieng|hai|ba|tu|nam"
    r"|sau|bay|tam|chin|muoi|chap)|tuan (?:truoc|roi)|hom (?:truoc|no|ram|kia|mung)|dot (?:truoc|bao|lu"
    r"|vua|thang)|hoi (?:\w+)|lan truoc|ngay xua|truoc day|tu lau|da (?:mat|lau|chet)|mat (?:som|nam"
    r"|thang|hoi|vi|do|tuan|hom|dem)|vua mat|mai tang|ma chay|dam ma|sau khi|tung bi|(?:\d+|mot|hai|ba"
    r"|bon|nam|sau|bay|tam|chin|muoi|may|nhieu|ca) (?:nam|thang|tuan|hom|ngay) (?:truoc|nay|roi|lien)"
    r"|tu nho|bam sinh|tu be|de lai|dau nam|he vua roi|con bao so|o (?:nho|voi)|liet (?:hai|mot cho|giuong|tu)|chay (?:rui|het|sach)|lam sap"
    r"|bay mai|phai (?:chuyen|doi) nha)\b"
)
_BENEFIT: Final = re.compile(
    r"\b(?:ho tro|tro cap|duoc (?:huong|nhan|cap|gi|khoan|may|bao nhieu)|che do|thu tuc|giay to|ho so"
    r"|to khai|vay|lai suat|chinh sach|mai tang|xin (?!loi|xe|bao|cuu|xuong|thuyen)|bao hiem|quyen loi|(?<!doi )tien|lam lai nha|sua nha"
    r"|xay|bao nhieu|thoat ngheo|ho ngheo|can ngheo|khoan|luat su|phap ly|ly hon|kien|dang ky|de nghi|(?<!non )mua(?! (?:to|lon|gio|bao|lu))"
    r"|hoc(?! (?:xuong|hat|di vat|keo|vat|phai|vien|thuc an|dong))|muon (?:sua|xay|xet)|xet|quy dinh|phat)\b"
)
_CALL: Final = re.compile(
    r"\b(?:cuu (?:voi|toi|em|chau|ho|nha|nguoi|con|me|bo|gap)|cuu$|cap cuu|goi (?:ai|so|cong an|cuu hoa"
    r"|113|114|115|112|111|giup|ho)|so (?:may|nao|dien thoai (?:cap cuu|cuu hoa|cong an))|(?:gap"
    r"|khan) (?:lam|voi|len|qua)|(?:ngay|lien) (?:bay gio|lap tuc|di|voi)|phai lam gi ngay|mau len"
    r"|nhanh len|help|sos|cau cuu|nguy (?:hiem|kich|cap)|dang (?:bi )?(?:chay|danh|cam|ket"
    r"|doa|pha|sap|de|chay mau|co giat|boc chay|duoi|nga|roi|lat|dam|nhot|cuop|cay|bop|xam hai|truot)"
    r"|den (?:ngay|gap|nhanh)|nam (?:giua duong|bat dong)|ket ben trong|lam the nao day|dem nay|toi nay|bat tinh|khong tho|kho tho|hap hoi|doa giet|tu tu bay gio)\b"
)
# Words of a claim: whoever writes them asks what is due, even where the misfortune is fresh.
_CLAIM: Final = re.compile(
    r"\b(?:ho tro|tro cap|che do|chinh sach|thu tuc|ho so|to khai|giay to|may (?:trieu|tram|dong|tien)"
    r"|bao nhieu|duoc (?:huong|nhan|gi)|mai tang)\b"
)
_SOFT_NOW: Final = re.compile(
    r"\b(?:bay gio|dang|vua|phai lam (?:sao|gi|the nao)|lam sao|lam the nao|so lam|so qua|di dau|bao ai"
    r"|tron|voi)\b"
)
# What is asked about long afterwards more often than reported: only a call or a bare cry makes it urgent.
# What is asked for those who are already out of danger.
_SETTLED: Final = re.compile(
    r"\b(?:ho tro|tro cap|che do|chinh sach|luat su|phap ly"
    r"|ly hon|luat|tai san|bao nhieu|(?<!doi )tien|ai (?:lo|nuoi)|nhan nuoi|lang thang|nuoi)\b"
)
# Here the past is no all-clear: only a claim beside it says that the danger is over.
_LASTING: Final = frozenset({"despair", "child", "violence"})
_BARE_CRY: Final = re.compile(
    r"(?:(?:cuu|sos|help|me|emergency|khan cap|nguy (?:roi|hiem|cap)|co ai khong|bo (?:lang nuoc|ba con)(?: oi)?|please"
    r"|gap|lam|qua|voi|oi|roi|lam on|giup|toi|em|chau|con|me|bo|bac|ba con|ai|co ai|o do|khong|goi|113|114|115|ho)(?: |$))+"
)
_CRIES: Final = re.compile(r"\b(?:cuu(?! (?:tro|doi|chien|nong|sinh|ho khan cap gi))|sos|help|emergency|khan cap|nguy|lang nuoc|co ai khong|11[345])\b")
_OFTEN_TOLD: Final = frozenset({"accident", "flood"})
_CRY_WORDS: Final = 9


def alarm(text: Sequence[Word]) -> str | None:
    """The danger that the words report as happening now, or None."""
    words = " ".join(word.plain for word in text)
    plain = _IDIOM.sub(" ", " ".join(_heard(word) for word in text))
    if _BARE_CRY.fullmatch(words) and _CRIES.search(words):
        return "danger"
    for subject, pattern in _PATTERNS:
        if pattern.search(plain):
            now = is_now(words, often_told=subject in _OFTEN_TOLD, lasting=subject in _LASTING)
            return subject if now else None
    return None


def signs(text: Sequence[Word]) -> dict[str, bool]:
    """What in the words speaks for or against danger: the past, a benefit, a claim, a call for help, a way of speaking."""
    words = " ".join(word.plain for word in text)
    marks = {"past": _PAST, "benefit": _BENEFIT, "claim": _CLAIM, "call": _CALL, "idiom": _IDIOM}
    return {name: pattern.search(words) is not None for name, pattern in marks.items()}


def is_now(plain: str, *, often_told: bool = False, lasting: bool = False) -> bool:
    """Whether the plain text reads as something that happens now, rather than history or a benefit asked about.

    Args:
        plain: the words without accents.
        often_told: such a thing is asked about long afterwards more often than reported.
        lasting: such a thing goes on: the past is no all-clear, only a claim beside it is.
    """
    past, benefit = _PAST.search(plain) is not None, _BENEFIT.search(plain) is not None
    if past and benefit:
        return False
    if _CALL.search(plain):
        return True
    if lasting:
        return _SETTLED.search(plain) is None
    if past:
        return False
    soft = _SOFT_NOW.search(plain) is not None
    if benefit:
        return soft and not often_told and not _CLAIM.search(plain)
    return not often_told or soft or len(plain.split()) <= _CRY_WORDS


def _heard(word: Word) -> str:
    """The plain word; "_" where its accents say another word than the one of danger ("chạy" is no "cháy")."""
    meant = _MEANT.get(word.plain)
    return "_" if meant is not None and word.accented not in meant and _TONED.search(word.accented) else word.plain
