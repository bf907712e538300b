"""The words of danger, of ways of speaking that only sound like it, and of what speaks against an alarm.

All patterns are matched against words without accents; `MEANT` keeps apart what only the accents tell.
"""

from __future__ import annotations

import re
from typing import Final

# Ways of speaking, films and lessons: taken out before danger is looked for.
IDIOM: Final = re.compile(
    r"\bchay (?:tui|hang|ve|may|do tui|pin|nang|than|cho|xe om|an|tien|viec|chuc|giay to|chua)\b|\bphong chay\b"
    r"|\b(?:bo|an|com|nuoc|may|xe) chay(?= (?:chua|xe|bo|qua|tu|den|ve|lien|duoc)\b)"
    r"|\bchet (?:tien|that|do|me|cuoi|met|doi|luon|mat|di duoc|tiet|roi ae)\b"
    r"|\b(?:doi|buon cuoi|met|nong|buon ngu|tuc|no|thuong) (?:muon )?chet\b"
    r"|\bdanh (?:bac|ca|gia|de|dong|con|lo|may|bat|nguoi chu|doi|trong|dau|rang|van|ban)\b|\bdau (?:tu|gia)\b"
    r"|\b(?:cho|binh|mua|lap|tap huan|doi|diem) (?:chua chay|cuu hoa|phong chay)\b|\bphong chay chua chay\b"
    r"|\b(?:mo thay|nam mo|phim|truyen|bai van|ta (?:canh|dam)|lich su|tieu thuyet) (?:\w+ ){0,6}(?:chay|chet"
    r"|duoi nuoc|chet duoi|ran can|cuop|giet nguoi|tu tu|tu sat|danh nhau|tai nan)\b"
    r"|\b(?:so cuu|_ cuu|hoc|_|day) (?:\w+ )?(?:boi|ran can|duoi nuoc)\b"
    r"|\b(?:my|nga|trung quoc|israel) (?:\w+ ){0,3}danh nhau\b"
    r"|\b(?:dau tim|chet) (?:luon|mat|duoc|vi (?:dep|yeu|suong))\b|\bchay (?:ve|do|phim|xang|bui|qua)\b"
    r"|\b(?:xe|o to|may) (?:\w+ ){0,3}chay (?:qua|bui|xang|hao|phu|ha|khong|nhanh|cham|tu|den)\b"
    r"|\b(?:so|_) do lan dau\b|\bdam (?:cuoi|hoi|gio|tang|ma|dong)\b|\bcay nha (?:no|ben|hang|nguoi)\b"
    r"|\bno (?:min|may)\b|\bbong (?:den|da)\b|\bmeo (?:bi )?lac\b|\ban treo\b|\bso la goi(?: \w+){0,9}"
    r"|\b(?:choi|vo) (?:ho|hui|phuong)(?: \w+)? giat\b|\b(?:chi pheo|lao hac|vu an|tren bao|phien toa)\b(?: \w+){0,5}"
    r"|\bdot rac(?: \w+){0,3}|\bnoi com (?:bi )?chay\b|\bchay khet cao\b|\btu dien\b(?= (?:tieng|anh))"
)
EVENTS: Final = {
    "despair": (
        r"\btu (?:tu|sat)\b|\b(?:khong|chang|ko|het|chan|dau) (?:con )?(?:muon|thiet) (?:song|ton tai)\b"
        r"|\bmuon chet\b|\bchan (?:song|doi)\b"
        r"|\bchet (?:quach|di cho|cho xong|cho nhe|cho roi|thoi|phut|di cho xong)\b"
        r"|\bsong (?:the nay|nua|tiep)?\s*(?:nua )?(?:de )?lam gi\b|\b(?:thu )?tuyet menh\b|\bthat co\b"
        r"|\bnhay (?:cau|song|lau|gieng)\b|\b(?:uong|mua|san) (?:san )?thuoc (?:sau|ngu|chuot|doc|tru sau|diet co)\b"
        r"|\bmua san thuoc\b|\bket (?:thuc|lieu) (?:tat ca|cuoc (?:doi|song)|doi|minh)\b|\bvinh biet\b"
        r"|\b(?:cua|rach|cat) (?:co )?tay\b|\bnghi quan\b|\bbien mat khoi\b|\bkhong con (?:ly do|thiet)\b"
        r"|\btuyet vong\b|\bkhong (?:the )?song noi\b|\bhuy hoai ban than\b|\bsong khong noi\b|\bmuon giai thoat\b"
        r"|\b(?:doi|leo len cau) nhay\b|\bkhong (?:con )?loi thoat\b"
        r"|\b(?:viet|(?:de|_) lai) (?:mot )?(?:la )?thu (?:(?:de|_) )?(?:lai|roi bo|tuyet|cho cac con)\b"
        r"|\bmuon bien mat\b|\bduong chet\b|\btreo co\b|\bom con (?:nhay|chet|tu)\b"
        r"|\b(?:muon|dinh|chi muon) (?:\w+ )?(?:di cho (?:roi|nhe|xong)|ngu (?:\w+ )?(?:luon|mai|khong day)|di theo"
        r"|cat mach|nhay)\b|\bkhong (?:\w+ )?(?:tinh lai|thuc day) nua\b"
        r"|\b(?:mai|ngay mai) (?:khong con|se khong con)\b|\bganh nang cho (?:con|gia dinh|ca nha|moi nguoi)\b"
        r"|\b(?:tu )?lam dau (?:chinh )?(?:minh|ban than)\b|\b(?:khong|ko) (?:duoc )?sinh ra\b"
        r"|\b(?:khong|ko|chang) ai (?:can|thuong) (?:toi|em|chau|minh|den)\b|\bthua thai\b"
        r"|\bchet (?:cung|theo|luon|het)\b.*\b(?:con|chong|vo)\b|\b(?:can|cat) mach\b"
        r"|\b(?:dung|ngoi|leo) (?:tren|len|o) (?:cau|noc|lan can|thanh cau)\b"
        r"|\b(?:chiu|song) (?:khong|het) (?:noi|duoc) nua\b"
        r"|\bkhong (?:the )?(?:chiu|chiu dung) (?:noi|duoc|them) (?:duoc )?nua\b"
        r"|\b(?:het|khong con) (?:duong song|hi vong|hy vong)\b"
        r"|\b(?:uong|nuot) (?:ca |het )?(?:\w+ )?(?:vi|nam|lo|chai|hop|dong) thuoc\b"
        r"|\bchet (?:moi|thi|la) (?:het|hon|nhe|yen)\b|\bkhong muon o (?:lai )?(?:tren )?(?:doi|coi)\b"
        r"|\b(?:want to|wanna) die\b|\bkill myself\b|\bsuicide\b|\bto live\b(?=$)|\btoi (?:se )?chet day\b"
        r"|\b(?:di|bo) (?:doi|thien ha)\b(?= (?:nay|luon))|\bbuong xuoi\b|\b(?:cam|om) (?:chai|lo) thuoc\b"
        r"|\b(?:khong|chang) (?:con )?thiet (?:tha|gi)\b|\b(?:dem nay|hom nay|mai) toi (?:se )?di theo\b"
        r"|\bchet (?:cho|di cho) (?:ranh|xong|nhe|do|roi|khuat)\b|\bchac toi chet\b"
        r"|\bngu (?:mot giac )?(?:va |roi )?khong (?:bao gio )?day nua\b|\btoi di day\b(?=.*\b(?:con|trong|nho)\b)"
        r"|\b(?:nho|trong)\b.*\btoi di day\b|\bdang buoc day\b|\bma song\b$|\bto die\b"
        r"|\b(?:em|chau|toi|con|k|khong|ko) (?:k |ko |khong )(?:muon|mun) song\b"
    ),
    "child": (
        r"\b(?:xam hai|sam so|dam o|hiep(?: dam)?|lam nhuc|so (?:soang|mo|vao nguoi|nguoi (?:em|chau|con|be|toi))"
        r"|quay roi tinh duc|doi bai|cuong buc|lam bay(?! gio))\b|\bcoi (?:quan|ao)\b|\bbat coc\b"
        r"|\b(?:be|chau|con|tre)\b.*\b(?:mat tich|di lac|that lac|bi bo roi)\b"
        r"|\b(?:tre|be|chau be|dua tre|dua be|em be)\b.*\b(?:bi )?(?:danh dap|bao hanh|hanh ha)\b"
        r"|\b(?:bao hanh|hanh ha|danh dap) (?:tre|em be|chau be|con nho)\b|\bbo roi (?:truoc|o|ngoai|ben)\b"
        r"|\bdung (?:vao|cham) (?:nguoi|co the|vung kin)\b|\bso mo\b"
        r"|(?:(?<!bo )(?<!me )(?<!chong )(?<!cha )(?<!vo )(?<!nha )(?<!tuyen )\bmat tich|\b(?:di lac|lac duong"
        r"|bi lac)|\blac mat (?:con|chau|me|bo|ba|ong))\b"
        r"|\b(?:khong thay ve|chua tim (?:thay|duoc))\b(?=.*\b(?:con|chau|be|em|ba|ong|cu|me|lan)\b)"
        r"|\b(?:lan|ong|ba|cu)\b.*\bbo nha di\b"
        r"|^(?!.*\b(?:the|tien|giay|luong|ho so|so|thu)\b).*\b(?:con|chau|be|em|ba|ong|cu|me"
        r"|bo)\b.*\b(?:chua (?:thay )?ve|khong thay ve|khong thay dau|chua tim (?:thay|ra|duoc)"
        r"|khong lien lac duoc)\b"
        r"|\b(?:be|dua be|em be|chau be|tre con|dua tre)\b.*\b(?:bi )?(?:bo|vut) (?:o|ngoai|trong|truoc|ben) (?:bui"
        r"|thung|bai|duong|goc|cong|cho)\b"
        r"|\b(?:troi|nhot|bo doi|dot|di) (?:\w+ )?(?:con|chau|be|tre|em)\b.*\b(?:danh|ngoai|trong|nuoc soi)\b"
        r"|\bvung kin\b|\bcho tu lam bay\b|\b(?:anh|clip|video) (?:nong|bay|khoa than|nhay cam)\b"
        r"|\b(?:bat|ep) (?:em|chau|con|be) (?:\w+ )?(?:coi|cuoi|ngu|quan he|chup|an xin)\b"
        r"|\b(?:bi|bi nguoi ta) (?:bat|lua|du) (?:di|ban|sang|theo)\b(?! (?:lai|nuoc ngoai|linh|bo doi|hoc|hop))"
        r"|\blua ban\b|\bem bi ban\b|\b(?:touched|lost|missing|abused)\b(?=.*\b(?:child|daughter|son)\b)"
        r"|\b(?:child|daughter|son)\b.*\b(?:lost|missing|touched|abused)\b|\b(?:rape|raped)\b"
        r"|\b(?:ru|du|keo|du do) (?:em|chau|con|be) (?:vao phong|di theo|di xa)\b"
        r"|\b(?:be|om|dat) (?:con|chau) (?:\w+ )?di mat\b|\bnhet gie\b|\bnguoi la (?:\w+ )?(?:dat|be|bat|du|don|ru)\b"
        r"|\bbe lac\b|\bmy child\b.*\blost\b|\btre so sinh (?:\w+ )?(?:bi )?bo\b|\bep (?:em|chau|con)? ?chup\b"
        r"|\bdi nuoc soi\b|\bbi bo doi\b|\bbat (?:chau|con|be|em) (?:\w+ )?di an xin\b"
    ),
    "violence": (
        r"\b(?:chong|bo|cha|bo duong|con trai|anh ay|anh ta|ong ay|han|no|lao|me ke|vo|ban trai|nguoi yeu|ba|con dau"
        r"|anh re)\b(?: \w+){0,5} danh(?: dap)? (?:\w+ )?(?:em|toi|chau|me|vo|con|u|bam|ba|ong|tui|minh|tim|chay"
        r"|vo dau|toi boi|suot|hoai|tan nhan)\b|\bbop co\b|\bnhot (?:toi|em|chau|me|hai|trong|ba)\b"
        r"|\b(?:bi|doi) (?:no |chong |han |con |bo )?(?:danh|bao hanh|nguoc dai|hanh hung)\b"
        r"|\b(?:doa|dam|chem) (?:se )?(?:giet|chem|dam|dot)\b|\bbao (?:hanh|luc) gia dinh\b|\bcam dao\b|\bdanh vo\b"
        r"|\bdanh dap\b|\bhay danh\b|\bdoa dot nha\b"
        r"|\b(?:bi|ep) (?:chong |no |ban trai )?(?:ep|cuong ep) (?:quan he|lam)\b|\bep quan he\b|\btuoi xang\b"
        r"|\bdoi bom\b|\bdi dao\b|\bke dao\b|\bcam (?:\w+ )?(?:dao|gay|bua|riu|sung)\b"
        r"|\b(?:dap|nem) (?:\w+ )?vao (?:dau|mat|nguoi) (?:em|toi|me|chau)\b"
        r"|\b(?:chong|bo|con|no|han|anh ta|ong ay) (?:\w+ ){0,4}(?:dap pha|len con chem|chem|doa giet|duoi danh|nhot"
        r"|boc lot)\b|\b(?:duoi|danh) (?:\w+ )?(?:me con|vo con|ra khoi nha|ra duong)\b"
        r"|\bbi danh (?:\w+ )?(?:tham|gay|tim|bam|chay mau|suot|hoi dong)\b"
        r"|\bdanh (?:\w+ ){0,3}(?:chay mau|gay (?:tay|chan|xuong)|tham tim|bam (?:tim|dap|mat)|nhap vien|ngat)\b"
        r"|\bbeating me\b|\b(?:has|with) (?:a|anh) knife\b|\bhit(?:s|ting)? me\b"
        r"|\bnghien (?:\w+ ){0,3}(?:danh|chem|dap)\b|\b(?:dien|say|ngao da) (?:\w+ ){0,3}(?:cam dao|chem|duoi chem)\b"
        r"|\b(?:khoa|chot) cua (?:khong cho|nhot)\b"
        r"|\bchong (?:\w+ )?(?:danh|bat ep|ep)\b(?! (?:bai|ca|cau|bac|de|dong))|\bgio tro\b"
        r"|\bdanh (?:\w+ )?(?:con|vo|me|tre|be) (?:\w+ )?(?:da man|doi tien|chay)\b|\bdanh tre\b|\ba knife\b"
    ),
    "drowning": (
        r"\bduoi nuoc\b|\bchet duoi\b"
        r"|\b(?:roi|nga|truot|lan|tuot|nhao) (?:xuong|vao) (?:\w+ )?(?:ao|song|gieng|ho|muong|dap|be|kenh|nuoc|suoi"
        r"|dam)\b|\b(?:lat|chim) (?:thuyen|do|xuong)\b|\b(?:thuyen|do|xuong) (?:bi )?(?:lat|chim)\b"
        r"|\b(?:lu|nuoc) cuon (?:mat )?(?:nguoi|em|chau|con|bo|me|ong|ba)\b|\bchoi voi\b"
        r"|\b(?:bi )?nuoc cuon\b(?! (?:troi )?(?:mat )?(?:lua|nha|het|do|tai san|lon|ga|vit|hoa mau))"
        r"|\b(?:roi|nga|lao|nhay) (?:(?:xuong|vao) (?:ao|song|muong|chum|kenh|ho)|gieng|ho ga|ho nuoc|ho cong trinh"
        r"|be nuoc)\b|\b(?:tam|boi) (?:\w+ )?(?:song|ho|ao|suoi|bien)\b.*\b(?:khong thay|chua thay|mat tich|chim)\b"
        r"|\b(?:khong|chua) thay (?:\w+ )?(?:noi )?len\b|\bvot (?:len|duoc)\b.*\btho\b"
        r"|\b(?:drown\w*|fell in(?:to)? the (?:pond|river|well|water))\b|\bsap chim\b|\bdang chim\b"
        r"|\b(?:truot|roi|nga|sa) (?:chan )?(?:\w+ )?(?:xuong|vao) (?:song|ao|gieng|ho|muong|kenh|suoi|dap)\b"
        r"|\bfell in\b"
    ),
    "fire": (
        r"\bchay (?:nha|bep|rung|xe|kho|lon|to|rom|dien|cho|bung|roi|voi|cuu|lan|chay|du doi)\b"
        r"|\b(?:bi|dang|boc|phat|chap|co|dam|vu|bung|sap) (?:\w+ )?chay\b"
        r"|\b(?:nha|bep|rung|kho|xe|mai|quan|xom|cho|truong|dien|hang xom|rom|chuong|tu dien) (?:\w+ ){0,3}chay\b"
        r"|\bhoa hoan\b|\bcuu hoa\b|\bkhoi (?:mu mit|den|boc|nghi ngut)\b|\blua (?:dang|boc|lan|chay)\b"
        r"|\b(?:binh )?ga[sz]? (?:\w+ )?(?:xi|ro|no|phut)\b|\b(?:xi|ro|mui|no) (?:khi |binh )?ga[sz]?\b|\bchap dien\b"
        r"|^chay$|^chay (?:a|roi|voi)$|\blua (?:\w+ )?(?:to|lon|len|bung|bat|liem|bam|trao|phut)\b(?! (?:gia|tien))"
        r"|\b(?:toe|ben|bat|phut|bung) lua\b|\bkhoi (?:day|den|mu|ngat|nhieu|khet)\b|\bxi ga\b|\bnong nac\b"
        r"|\bmui (?:ga|gas|khet)\b|\bno (?:cau dao|binh|noi hoi|dien|pin|ac quy)\b|\bchay chay\b|\bbao chay\b"
        r"|\bchay (?:doi|cho|xuong|tu lanh|chuong|o to|cot dien|canh dong|ca|lan|may|phong|gara|quan)\b"
        r"|\b(?:on|caught|catch) fire\b|\bfire in\b|\bhouse (?:is )?(?:burning|fire)\b"
        r"|\b(?:no|chay) (?:\w+ ){0,2}khet\b|\bsac (?:\w+ )?(?:no|chay)\b"
        r"|\bchay (?:\w+ )?(?:tren|ban tho|rem|chan|dem|man)\b|\bben (?:len|vao|sang)\b|\bchay cho\b"
    ),
    "medical": (
        r"\bdot quy\b|\btai bien\b|\bbat tinh\b|\bngat (?:xiu|roi|di|goi|xuong|tai|luon)?\b"
        r"|\b(?:khong|kho|ngung|ngat|nghet) tho\b|\bco giat\b|\bsui bot\b"
        r"|\bhoc (?:xuong|di vat|vien|hat|keo|thuc an)\b|\b(?:chay|ra|mat) (?:nhieu )?mau\b|\bmau chay\b|\btim tai\b"
        r"|\bmeo (?:mom|mieng)\b|\b(?:mom|mieng) meo\b|\bran (?:\w+ )?can\b|\b(?:ran|ong) (?:doc|dot)\b|\bngo doc\b"
        r"|\bdau (?:nguc|tim|bung) (?:du doi|qua|quan|dot ngot)\b|\bcap cuu\b|\bhap hoi\b|\bsap chet\b|\bhon me\b"
        r"|\bvo oi\b|\bsap de\b(?! (?:nguoi|len|trung|vao|chet))|\bdau de (?:du|qua|sap|ra|roi)\b|\bdien giat\b"
        r"|\bgiat dien\b|\buong nham\b|\bliet nua nguoi\b(?=.*\b(?:tu dung|dot nhien|dang|vua)\b)"
        r"|\btu dung (?:\w+ ){0,2}liet\b|\bngung tim\b|\btho khong (?:noi|duoc)\b|\bcon dau tim\b|\bngoi khong day\b"
        r"|\bgoi khong (?:tinh|day|thua)\b|\bbong (?:nang|nuoc soi)\b|\bsoc thuoc\b|\bngat xiu\b"
        r"|\bngat\b(?! (?:dien|ket noi|mang|cuoc))|\b(?:me|co|sac|cung) (?:man|ham|quap)\b|\bcung ham\b|\bcung do\b"
        r"|\btim (?:ngung|ngung dap|ngat|mat)\b|\btim (?:moi|nguoi|het)\b(?=.*\b(?:be|chau|con|em|tho)\b)"
        r"|\bkhong (?:con )?(?:thay )?(?:mach|tho|cu dong|nhuc nhich)\b"
        r"|\b(?:nuot|hoc) (?:phai )?(?:\w+ )?(?:xu|pin|hat|xuong|kim|nam cham|dong xu|do choi|thach|hot)\b"
        r"|\bhoc xuong\b"
        r"|\buong (?:phai|nham|nhieu)? ?(?:\w+ )?(?:dau hoa|xang|axit|acid|thuoc tay|nuoc tay|javen|thuoc chuot"
        r"|thuoc co|diet co|tru sau)\b"
        r"|\b(?:say|hit|trung|ngam) (?:phai )?(?:thuoc (?:sau|tru sau|tay sau)|khi (?:than|doc|ga)"
        r"|nang (?:\w+ )?(?:ngat|xiu|nga))\b|\bphun thuoc (?:\w+ ){0,4}(?:chong mat|non|kho tho|xiu)\b"
        r"|\b(?:vo|ra|ri) (?:nuoc )?oi\b|\bnuoc oi\b|\bbang huyet\b|\bde (?:roi|giua duong|tai nha|o nha)\b"
        r"|\b(?:sap|dang|tro) (?:da )?(?:sinh|de)\b(?! (?:nguoi|len|trung|vao|chet|chan|tay))(?=.*\b(?:khong|gap|roi"
        r"|xe|nha|duong|kip)\b)|\bbong (?:\w+ )?(?:xang|dien|lua|nuoc|soi|axit|nang|ga|voi|ca nguoi)\b"
        r"|\bnon (?:ra )?mau\b|\bmau (?:phun|trao|ra nhieu|me be bet|nhieu|khong cam)\b|\bmat mau\b|\bchay mau\b"
        r"|\b(?:ran|ong|cho dai|rit|bo cap) (?:\w+ ){0,3}(?:can|dot|chich)\b|\bsoc phan ve\b"
        r"|\bdi ung (?:\w+ ){0,4}(?:kho tho|sung)\b|\b(?:dinh|cham) (?:vao )?(?:day )?dien\b"
        r"|\b(?:lay|goi|ho) (?:\w+ )?(?:khong|ko|chang|mai khong) (?:tinh|day|thua|noi|nghe|tra loi)\b"
        r"|\b(?:guc|lim|quy|te|nga) (?:di|xuong|lan|guc|vat|quy)\b(?! (?:thap|ngheo|gia))"
        r"|\bsot (?:cao|(?:39|40|41)\b|li bi|me man)\b(?! keo dai)|\bli bi\b"
        r"|\bdau (?:that|quan|nhoi|thot|tuc) (?:nguc|bung|tim)?\b|\bnhoi mau\b|\bvo dau\b|\bmat mo\b(?=.*\bruou\b)"
        r"|\b(?:unconscious|ambulance|heart attack|stroke|bleeding|breathe|snake bite|poison\w*|choking)\b"
        r"|\bco (?:quap|cung)\b|\btut huyet ap\b|\bnoi ngong\b"
        r"|\bliet nua nguoi\b(?=.*\b(?:sang nay|toi nay|bay gio|tu nhien|nay roi)\b)"
        r"|\b(?:an|uong) (?:\w+ ){1,3}(?:ca nha )?(?:bi )?(?:non|co giat|ngo doc)\b"
        r"|\bset danh (?:trung )?(?:nguoi|bo|me|chong|vo|con|chau|toi)\b|\blen con (?:hen|co giat|dau|suyen|tim)\b"
        r"|\b(?:nga|te|guc|nam)\b.*\b(?:khong|ko) (?:day|dung|noi|cu dong|nhuc nhich)\b"
        r"|\bhoc (?:\w+ )?(?:xuong|hat|keo|vat)\b|\btim (?:moi|tai)\b|\bnon mua\b|^(?:\w+ ){0,2}bi set danh$"
        r"|\bmat mo khong thay\b"
    ),
    "accident": (
        r"(?<!vi )(?<!sau )(?<!do )\btai nan\b(?! lao dong (?:duoc|boi|den|thi))"
        r"|\bxe (?:\w+ ){0,3}(?:dam|tong|lat|huc|can (?:chet|trung|phai|qua|nguoi))\b"
        r"|\b(?:dam|tong|huc) (?:xe|phai|trung|vao)?\s*(?:nguoi|nhau|em|chau|con)\b"
        r"|\bbi (?:xe|oto|o to|tau) (?:\w+ ){0,2}(?:dam|tong|can)\b|\bsap (?:nha|tuong|gian giao|cau|ham|lo|mai)\b"
        r"|\b(?:nha|tuong|gian giao|cau|ham|lo|mai) (?:\w+ ){0,2}(?:bi )?sap\b"
        r"|\bde (?:trung |vao |len |chet )?(?:nguoi(?! (?:that|khac|ta|dan|gia))|chan|tay|bo|me)\b"
        r"|\bnga (?:tu|gian giao|mai|lau|cay|xe)\b|\bgay (?:chan|tay|co|xuong)\b"
        r"|\bket (?:trong|ben trong|duoi|nguoi|trong xe)\b|\bcuon vao may\b|\bno (?:min|bom|lop)\b"
        r"|\b(?:roi|nga) (?:tu|khoi) (?:tren |trong )?(?:\w+ )?(?:cay|lau|tang|mai|cao|cau|thang|xe|gac|gian)\b"
        r"|\b(?:bi )?trau (?:\w+ )?huc\b|\bbo huc\b|\bthang may (?:roi|ket)\b|\bno (?:noi hoi|may|xuong)\b"
        r"|\b(?:may|bang chuyen|day)\b (?:\w+ ){0,3}(?:cuon|nghien|cat) (?:\w+ )?(?:tay|chan|toc|ngon)\b"
        r"|\bket (?:tay|chan|dau)\b|\bda (?:lo|lan|de|roi)\b|\bsap (?:mo|ham|lo|gieng)\b"
        r"|\b(?:o to|oto|xe khach|xe tai|xe may|xe)\b (?:\w+ ){0,3}(?:lao xuong|roi xuong|lat|dam|tong)\b"
        r"|\bbi (?:tau|xe) \w* ?(?:dam|tong|can|quet)\b|\b(?:car|bike|traffic) (?:crash|accident)\b|\baccident\b"
        r"|\bnguoi (?:bi )?nam (?:bat dong|giua duong|tren duong)\b|\bdam (?:vao|phai) nhau\b"
        r"|\btu tang (?:\w+ )?(?:roi|nga)\b|\b(?:roi|nga) (?:\w+ )?gian giao\b|\bdam xe\b"
        r"|\btau (?:hoa )?(?:dam|tong|huc)\b|\bde (?:cong nhan|tho|nguoi (?!that|khac|ta|dan)|nen)\b|\bno lo\b"
        r"|\b(?:tuong|cay|da|cot)\b (?:\w+ ){0,2}de\b(?! (?:may|con|lam))|\bcar crash\b|\bcrash\b"
    ),
    "flood": (
        r"\b(?:lu|nuoc|lut) (?:\w+ ){0,2}(?:dang|tran vao|len nhanh|ngap nha)\b|\bket (?:tren mai|tren noc|giua)\b"
        r"|\bsat lo\b|\bvo de (?:roi|song|bien|nuoc)\b|\bmac ket\b|\bco lap\b|\bcay do\b|\bday dien (?:bi )?dut\b"
        r"|\b(?:de|dap|ke) (?:bi )?vo\b(?=$| (?:roi|nuoc|cuu))|\bvo (?:de|dap)\b(?=$| (?:roi|cuu|nuoc))"
        r"|\bnuoc (?:\w+ ){0,2}(?:tran (?:de|bo|vao nha)|len (?:toi|den|tan|ngang|nhanh)|ngap (?:toi|den|tan|ngang"
        r"|noc|mai|co|bon be))\b|\blu (?:quet|ve|dang|len|ong)\b|\bnui lo\b|\bdat (?:sat|lo|sut)\b"
        r"|\b(?:xin|can|goi) (?:\w+ )?(?:xuong|thuyen|ca no|doi cuu ho|cuu ho)\b|\btren (?:mai|noc) nha\b"
        r"|\bngoi tren (?:mai|noc)\b|\bnha (?:sap|dang|sap bi) (?:sap|do|troi)\b|\bnha do\b(?=.*\b(?:nguoi|de|ket)\b)"
        r"|\bday dien (?:\w+ )?(?:dut|roi)\b|\btrapped\b|\bflood(?:ed|ing)?\b.*\b(?:help|trapped|rising)\b"
        r"|\bket (?:ngoai|trong|o) (?:\w+ )?(?:dong|nuoc|lu|nha ngap|nha)\b|\bnuoc (?:chay )?xiet\b|\bnuoc vao nha\b"
        r"|\b(?:gio|bao|loc) (?:\w+ ){0,3}(?:giat|bay|toc) (?:\w+ )?(?:mai|tung)\b"
        r"|\bngap (?:\w+ ){0,3}khong (?:ra|thoat|di) (?:duoc|noi)\b|\bnha dang ngap\b|\btoc mai dang\b"
    ),
    "crime": (
        r"\b(?:bi|co|dang|gap) (?:\w+ )?(?:cuop|trom|giat)\b|\bcuop (?:giat|xe|tien)\b|\btrom (?:vao|dang|lot|be)\b"
        r"|\b(?:cay|pha|dap) (?:cua|khoa|cong|nha)\b|\bdot nhap\b|\bma tau\b|\bdoa giet\b"
        r"|\bde doa (?:tinh mang|toi|em|giet)\b|\bgoi (?:cong an|113)\b|\bngoai cua co (?:nguoi|ke)\b"
        r"|\b(?:chem|giet) (?:nguoi|nhau)\b|\bdanh nhau\b|\bnguoi la (?:\w+ ){0,3}(?:pha|cay|vao|dot)\b|\bco trom\b"
        r"|\b(?:trom|ke gian|ke la|nguoi la|thang la|thang) (?:\w+ ){0,4}(?:treo|leo|be khoa|dap cua|dap pha"
        r"|chan duong|bam theo|rinh|dot nhap|dung ngoai|trong nha|vao nha|nhin vao)\b"
        r"|\b(?:bam theo|chan duong|chan danh|vay danh) (?:\w+ )?(?:em|toi|chau|con|minh)\b|\bdi sung\b|\bcam sung\b"
        r"|\btien chuoc\b|\btong tien\b(?=.*\b(?:anh|clip|doa|giet)\b)|\bcuop cuop\b"
        r"|\bbat (?:em|toi|chau|con|giu|nhot) (?:\w+ ){0,4}(?:khong cho|len xe|doi tien)\b"
        r"|\b(?:giu|nhot|giam) (?:\w+ )?(?:khong cho (?:ve|ra|xuong|di))\b"
        r"|\bkhong cho (?:em|chau|toi|con)? ?(?:ve|ra ngoai|xuong xe)\b(?=.*\b(?:bat|nhot|giu|ket|xe|quan)\b)"
        r"|\b(?:thief|burglar|robber\w*|robbed|breaking in|kidnap\w*|call the police)\b"
        r"|\b(?:dam|chem) (?:nguoi|nhau|loan|bi thuong)\b"
        r"|\b(?:co (?:dua|thang|nguoi)|dang) (?:\w+ )?(?:dam|chem|danh)\b(?=.*\b(?:nguoi|nhau|em|toi|con|me)\b)"
        r"|\b(?:bon|chung|tui) no (?:\w+ ){0,4}(?:pha|chem|danh|dot|nem|keo den|vay|doi giet|doa)\b"
        r"|\bdoi no (?:\w+ ){0,3}(?:pha|nem|dap|doa|nhot|danh)\b|\bhoi dong\b(?=.*\bdanh\b)"
        r"|\bvua (?:bi )?(?:cuop|giat)\b|\bxa hoi den\b|\bcuop\b(?=.*\b(?:vua|dang|cua toi|mat)\b)"
        r"|\bcong an\b(?=.*\bgap\b)|\b(?:di|ke|chia|gi) dao\b|\bnhot (?:em|toi|chau|con)\b|\bthief\b"
        r"|\bcall the police\b"
    ),
}
# The accented words that the plain ones stand for in the patterns: with any other accent they mean something else.
MEANT: Final = {
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
TONED: Final = re.compile("[àáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ]")
PAST: Final = re.compile(
    r"\b(?:nam (?:ngoai|truoc|kia|roi|xua|\d{4})|thang (?:truoc|roi|\w+ vua roi|\d+|gieng|hai|ba|tu|nam|sau|bay|tam"
    r"|chin|muoi|chap)|tuan (?:truoc|roi)|hom (?:truoc|no|ram|kia|mung)|dot (?:truoc|bao|lu|vua|thang)|hoi (?:\w+)"
    r"|lan truoc|ngay xua|truoc day|tu lau|da (?:mat|lau|chet)|mat (?:som|nam|thang|hoi|vi|do|tuan|hom|dem)|vua mat"
    r"|mai tang|ma chay|dam ma|sau khi|tung bi|(?:\d+|mot|hai|ba|bon|nam|sau|bay|tam|chin|muoi|may|nhieu|ca) (?:nam"
    r"|thang|tuan|hom|ngay) (?:truoc|nay|roi|lien)|tu nho|bam sinh|tu be|de lai|dau nam|he vua roi|con bao so"
    r"|o (?:nho|voi)|liet (?:hai|mot cho|giuong|tu)|chay (?:rui|het|sach)|lam sap|bay mai|phai (?:chuyen|doi) nha)\b"
)
BENEFIT: Final = re.compile(
    r"\b(?:ho tro|tro cap|duoc (?:huong|nhan|cap|gi|khoan|may|bao nhieu)|che do|thu tuc|giay to|ho so|to khai|vay"
    r"|lai suat|chinh sach|mai tang|xin (?!loi|xe|bao|cuu|xuong|thuyen)|bao hiem|quyen loi|(?<!doi )tien|lam lai nha"
    r"|sua nha|xay|bao nhieu|thoat ngheo|ho ngheo|can ngheo|khoan|luat su|phap ly|ly hon|kien|dang ky|de nghi"
    r"|(?<!non )mua(?! (?:to|lon|gio|bao|lu))|hoc(?! (?:xuong|hat|di vat|keo|vat|phai|vien|thuc an|dong))"
    r"|muon (?:sua|xay|xet)|xet|quy dinh|phat)\b"
)
CALL: Final = re.compile(
    r"\b(?:cuu (?:voi|toi|em|chau|ho|nha|nguoi|con|me|bo|gap)|cuu$|cap cuu|goi (?:ai|so|cong an|cuu hoa|113|114|115"
    r"|112|111|giup|ho)|so (?:may|nao|dien thoai (?:cap cuu|cuu hoa|cong an))|(?:gap|khan) (?:lam|voi|len|qua)"
    r"|(?:ngay|lien) (?:bay gio|lap tuc|di|voi)|phai lam gi ngay|mau len|nhanh len|help|sos|cau cuu|nguy (?:hiem"
    r"|kich|cap)|dang (?:bi )?(?:chay|danh|cam|ket|doa|pha|sap|de|chay mau|co giat|boc chay|duoi|nga|roi|lat|dam"
    r"|nhot|cuop|cay|bop|xam hai|truot)|den (?:ngay|gap|nhanh)|nam (?:giua duong|bat dong)|ket ben trong"
    r"|lam the nao day|dem nay|toi nay|bat tinh|khong tho|kho tho|hap hoi|doa giet|tu tu bay gio)\b"
)
# Words of a claim: whoever writes them asks what is due, even where the misfortune is fresh.
CLAIM: Final = re.compile(
    r"\b(?:ho tro|tro cap|che do|chinh sach|thu tuc|ho so|to khai|giay to|may (?:trieu|tram|dong|tien)|bao nhieu"
    r"|duoc (?:huong|nhan|gi)|mai tang)\b"
)
SOFT_NOW: Final = re.compile(
    r"\b(?:bay gio|dang|vua|phai lam (?:sao|gi|the nao)|lam sao|lam the nao|so lam|so qua|di dau|bao ai|tron|voi)\b"
)
# What is asked for those who are already out of danger.
SETTLED: Final = re.compile(
    r"\b(?:ho tro|tro cap|che do|chinh sach|luat su|phap ly|ly hon|luat|tai san|bao nhieu|(?<!doi )tien|ai (?:lo"
    r"|nuoi)|nhan nuoi|lang thang|nuoi)\b"
)
# A cry and nothing else: only such words, and one that calls.
BARE_CRY: Final = re.compile(
    r"(?:(?:cuu|sos|help|me|emergency|khan cap|nguy (?:roi|hiem|cap)|co ai khong|bo (?:lang nuoc|ba con)(?: oi)?"
    r"|please|gap|lam|qua|voi|oi|roi|lam on|giup|toi|em|chau|con|me|bo|bac|ba con|ai|co ai|o do|khong|goi|113|114"
    r"|115|ho)(?: |$))+"
)
CRIES: Final = re.compile(
    r"\b(?:cuu(?! (?:tro|doi|chien|nong|sinh|ho khan cap gi))|sos|help|emergency|khan cap|nguy|lang nuoc|co ai khong"
    r"|11[345])\b"
)
