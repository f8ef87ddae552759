"""Event files: exact figures, offsets, and what is no event."""

from decimal import Decimal
from pathlib import Path

import pytest
import songs

from catalog_service.errors import SourceUnavailable
from catalog_service.semantic.execution import Limits
from catalog_service.semantic.sources import Budget, Options, opened


@pytest.mark.parametrize("kind", ["jsonl"])
def test_numbers_of_json_stay_as_exact_as_they_are_written(kind: str, tmp_path: Path) -> None:
    (tmp_path / "songs.jsonl").write_text(
        '{"id": 1, "price": 123456789012345678.12}\n{"id": 2, "price": 0.1}\n{"id": 3}\n'
    )
    source = opened(songs.relation("file:songs.jsonl", tmp_path, kind=kind), Options(None))
    found = source.arrow(songs.wanted(source.relation, "price"), Budget(Limits()))
    assert found["price"].to_pylist() == [Decimal("123456789012345678.12"), Decimal("0.1"), None]


def test_the_offsets_of_a_topic_are_its_state(tmp_path: Path) -> None:
    for name in ("plays+0+0000000000", "plays+0+0000000100", "plays+1+0000000050"):
        (tmp_path / f"{name}.jsonl").write_text('{"id": 1}\n')
    source = opened(songs.relation(f"file://{tmp_path}", tmp_path, kind="jsonl"), Options(None))
    assert source.snapshot.pin.startswith("offsets 0:0-100 1:50-50, 3 files")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("songs.jsonl", b'{"id": "one"}\n'),
        ("songs.jsonl", b'{"id": 1\n'),
        ("songs.jsonl", b'{"id": 1, "played_at": "yesterday"}\n'),
        ("songs.avro", b"no avro"),
        ("songs.avro", b"Obj\x01\x04\x14avro.codec\x08null\x16avro.schema\x02{"),
    ],
)
def test_what_is_no_event_is_told_without_its_words(
    name: str, content: bytes, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(content)
    source = opened(songs.relation(f"file:{name}", tmp_path), Options(None))
    with pytest.raises(SourceUnavailable) as raised:
        source.arrow(songs.wanted(source.relation, "id", "played_at"), Budget(Limits()))
    assert "yesterday" not in raised.value.message
