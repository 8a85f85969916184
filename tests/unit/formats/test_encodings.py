"""How bytes are read that are not UTF-8."""

from __future__ import annotations

import pytest

from labeling.formats.encodings import ENCODINGS, decoded

WRITTEN = {
    "Windows-1252 (western European)": (
        "Das kostet 5€ für „alle“ – naß\n",
        "Le café était très bon, à bientôt\n",
        "texto\nEl niño comió muy bien, ¿qué más?\nMañana volveré\n",
        "nr;review;topic\n1;Tönt gut;Klang\n2;;Klang\n",
    ),
    "Windows-1250 (central European)": (
        "Żółta łódź była świetna\nCześć, dziękuję\n",
        "Příliš žluťoučký kůň úpěl ďábelské ódy\n",
    ),
    "Windows-1251 (Cyrillic)": ("text;label\nНомер чистый;pos\nЗавтрак так себе;neg\n",),
    "KOI8-R (Russian)": ("Очень чисто\nЗавтрак так себе\n",),
    "Windows-1253 (Greek)": ("Το δωμάτιο ήταν μικρό\n",),
    "Windows-1255 (Hebrew)": ("החדר היה קטן מאוד אבל הצוות היה נחמד\nארוחת הבוקר הייתה טובה\n",),
    "Windows-1256 (Arabic)": (
        "الغرفة صغيرة جدا\nكان الموظفون لطفاء للغاية والإفطار جيد\n",
        "الغرفة صغيرة جدا\n",
    ),
    "GB18030 (simplified Chinese)": ("评论,标签\n房间很小，但是干净,好\n早餐不错,好\n",),
    "Big5 (traditional Chinese)": ("text\n房間很小,但是乾淨\n",),
    "Shift-JIS (Japanese)": ("text,label\n部屋がとても狭いです,neg\nスタッフは親切でした,pos\n",),
    "EUC-JP (Japanese)": ("text,label\n部屋がとても狭いです,neg\nスタッフは親切でした,pos\n",),
    "Windows-949 (Korean)": ("text\n방이 작고 깨끗했어요\n직원이 친절했습니다\n",),
}


def told(data: bytes) -> tuple[str, str, bool]:
    found = decoded(data)
    return found.text, found.encoding, found.is_guess


@pytest.mark.parametrize(
    ("name", "text"), [(name, text) for name, texts in WRITTEN.items() for text in texts]
)
def test_text_is_read_in_the_encoding_in_which_it_was_written(name: str, text: str) -> None:
    assert told(text.encode(ENCODINGS[name])) == (text, name, True)


@pytest.mark.parametrize("name", ["UTF-16, little-endian", "UTF-16, big-endian"])
@pytest.mark.parametrize(
    "text", ["text,label\nHotel is good,pos\n", "text\n房間很小,但是乾淨\n", "Очень 🙂\n"]
)
def test_utf_16_is_read_without_a_mark_and_with_one_and_where_it_is_cut_off(name: str, text: str) -> None:
    codec = ENCODINGS[name]
    assert told(text.encode(codec)) == (text, name, False)
    assert told(("\ufeff" + text).encode(codec)) == (text, name, False)
    assert decoded(text.encode(codec)[:-1]).text == text[:-1]


def test_a_nul_in_utf_8_stays_a_character_of_the_text() -> None:
    assert told(b"Some text, and a \0 in it") == ("Some text, and a \0 in it", "UTF-8", False)


def test_a_long_file_is_judged_by_its_beginning_and_read_whole() -> None:
    text = "Номер чистый, завтрак так себе\n" * 5000
    assert told(text.encode("cp1251")) == (text, "Windows-1251 (Cyrillic)", True)
    spoiled = "部屋がとても狭いです\n" * 5000
    assert decoded(spoiled.encode("cp932") + b"\x81\n").encoding != "Shift-JIS (Japanese)"


def test_what_is_no_text_has_no_encoding() -> None:
    assert told(bytes(range(256)) * 4) == ("", "", False)
    assert told(b"") == ("", "UTF-8", False)
