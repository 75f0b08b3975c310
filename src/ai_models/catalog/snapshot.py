"""The compiled catalogue: one file with an index and a shard for each provider, decoded only as far as it is used.

Layout: eight bytes of magic, the length of the header as four bytes, the header, then the sections that it places. One
file, so that a rename replaces all of it at once; it is mapped, so that a process pays only for what it touches.
"""

from __future__ import annotations

import mmap
import os
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import TypeVar
from zlib import crc32

import msgspec
from msgspec import Raw, Struct

from ai_models.errors import CatalogError
from ai_models.models.base import ModelSpec
from ai_models.models.capabilities import ModelCapability
from ai_models.pricing.models import Offering

__all__ = [
    "FORMAT",
    "Index",
    "ListPrice",
    "ModelRow",
    "OverlayEntry",
    "Pointer",
    "ProviderEntry",
    "Quarantine",
    "Quarantined",
    "Shard",
    "Snapshot",
    "SourceEntry",
    "decode_model",
    "decode_offering",
    "pack",
]

T = TypeVar("T")

FORMAT = 5
_MAGIC = b"aimodels"
_LENGTH = 4


class Header(Struct, frozen=True):
    """What the file is and where its sections stand: (offset from the end of the header, length, CRC-32)."""

    format: int
    taxonomy: list[str]
    fingerprint: str
    sections: dict[str, tuple[int, int, int]]


class Pointer(Struct, frozen=True, array_like=True):
    """A name's claim on a model: its row, the days between which it holds (ordinals), and whether it floats."""

    row: int
    since: int | None = None
    until: int | None = None
    floating: bool = False


class ModelRow(Struct, frozen=True, array_like=True):
    """What search and resolution need of a model without decoding it; dates are ordinals, prices USD of 1M in + 1M out."""

    maker: str
    model_id: str
    supported: int
    unsupported: int
    offering: str | None
    family: str | None
    window: int | None
    status: str | None
    release: int | None
    deprecated: int | None
    retires: int | None
    blend: list[tuple[float | None, float]]
    seller: str | None = None
    """Where the maker's own offering stands, unless that is under the maker's own name."""

    @property
    def sold_at(self) -> str:
        """The provider at which the maker sells its model."""
        return self.seller or self.maker


class Index(Struct, frozen=True):
    """Every name, and a row for each model; ``names`` holds the undated names that one model claims."""

    rows: list[ModelRow]
    names: dict[str, int]
    pointers: dict[str, list[Pointer]]


class ProviderEntry(Struct, frozen=True, omit_defaults=True):
    """A provider: its name, its price page, the makers whose own models it sells, and how much it sells."""

    display_name: str
    pricing_url: str | None = None
    regions: list[str] = []
    makers: list[str] = []
    offerings: int = 0
    histories: int = 0


class SourceEntry(Struct, frozen=True, omit_defaults=True):
    """A source of facts, as ``sources.yaml`` names it."""

    name: str
    url: str
    licence: str
    version: str | None = None
    retrieved: str | None = None
    notes: str = ""


class OverlayEntry(Struct, frozen=True):
    """A user's own file or directory that this catalogue holds, what names it, and how much of it is new or changed."""

    path: str
    named_in: str
    files: int
    models_added: int
    models_changed: int
    offerings_added: int
    offerings_changed: int
    contracts: int = 0


class Quarantined(Struct, frozen=True, array_like=True):
    """A claim of a source that the catalogue does not believe, and why; a part that nobody stated is empty."""

    reason: str
    source: str
    subject: str
    """What it is about: an offering (``provider:id``) or a model (``maker/model_id``)."""
    field: str = ""
    value: str = ""
    against: str = ""
    """The figure that stands as N in the reason."""
    where: str = ""
    """The place in the source, as it spells it."""


class Quarantine(Struct, frozen=True):
    """All that was left out, in the order of the file."""

    claims: tuple[Quarantined, ...] = ()
    no_model: dict[str, str] = {}
    """First-party offerings (``provider:id``) that are no models, with the reason."""
    first_party: frozenset[str] = frozenset()
    """Providers at which all that is sold is their makers' own."""


class Shard(Struct, frozen=True):
    """One provider: the models that it made and the offerings that it sells, each decoded on first use."""

    models: dict[str, Raw] = {}
    offerings: dict[str, Raw] = {}


def taxonomy() -> list[str]:
    """The capabilities in the order of their bits; a snapshot of another taxonomy cannot be read."""
    return [capability.value for capability in ModelCapability]


def pack(sections: Mapping[str, bytes], fingerprint: str) -> bytes:
    """The bytes of a snapshot file; the same sections give the same bytes."""
    places: dict[str, tuple[int, int, int]] = {}
    offset = 0
    for name, data in sections.items():
        places[name] = (offset, len(data), crc32(data))
        offset += len(data)
    header = msgspec.msgpack.encode(Header(FORMAT, taxonomy(), fingerprint, places))
    return b"".join((_MAGIC, len(header).to_bytes(_LENGTH, "big"), header, *sections.values()))


class Snapshot:
    """An opened snapshot; sections are decoded when asked for, and the caller keeps what it needs."""

    def __init__(self, buffer: bytes | mmap.mmap, *, origin: str) -> None:
        """Read the header of a snapshot.

        Raises:
            CatalogError: not a snapshot, cut short, or written for another version of this package.
        """
        self._view = memoryview(buffer)
        self.origin = origin
        start = len(_MAGIC) + _LENGTH
        if len(self._view) < start or self._view[: len(_MAGIC)] != _MAGIC:
            raise CatalogError(f"{origin} is not a catalogue snapshot; reinstall ai-models-catalog or delete the file")
        length = int.from_bytes(self._view[len(_MAGIC) : start], "big")
        self._base = start + length
        try:
            self.header = msgspec.msgpack.decode(self._view[start : self._base], type=Header)
        except msgspec.MsgspecError as error:
            raise CatalogError(f"{origin} is damaged ({error}); reinstall ai-models-catalog or delete the file") from error
        self._check_complete()

    def _check_complete(self) -> None:
        if self.header.format != FORMAT or self.header.taxonomy != taxonomy():
            raise CatalogError(f"{self.origin} was written by another version of ai-models-catalog; delete the file")
        end = max((offset + length for offset, length, _ in self.header.sections.values()), default=0)
        if len(self._view) < self._base + end:
            raise CatalogError(f"{self.origin} is cut short; reinstall ai-models-catalog or delete the file")

    @classmethod
    def open(cls, path: Path) -> Snapshot:
        """Map a snapshot file.

        Raises:
            CatalogError: not a usable snapshot.
            OSError: the file cannot be opened.
        """
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            buffer = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if size else b""
        return cls(buffer, origin=str(path))

    def section(self, name: str, kind: type[T]) -> T:
        """A section, decoded.

        Raises:
            CatalogError: the section's bytes are damaged.
        """
        offset, length, check = self.header.sections[name]
        data = self._view[self._base + offset : self._base + offset + length]
        if crc32(data) != check:
            raise CatalogError(f"{self.origin} is damaged in section {name}; delete the file")  # a digit may be another one
        try:
            return msgspec.msgpack.decode(data, type=kind)
        except msgspec.MsgspecError as error:
            raise CatalogError(f"{self.origin} is damaged in section {name} ({error}); delete the file") from error

    def shard(self, provider: str) -> Shard:
        """A provider's shard; an empty one where the provider has none."""
        name = f"shard:{provider}"
        return self.section(name, Shard) if name in self.header.sections else Shard()


decode_model = msgspec.msgpack.Decoder(ModelSpec).decode
decode_offering = msgspec.msgpack.Decoder(Offering).decode


class ListPrice:
    """A model's price at its maker, decoded when first asked for; it holds bytes, so a model can be pickled."""

    __slots__ = ("_offering", "_raw")

    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        self._offering: Offering | None = None

    def usd_per_1m(self, meter: str) -> Decimal | None:
        """The standard rate of a token meter now, USD per 1M tokens; None where unknown or in another currency."""
        if self._offering is None:
            self._offering = decode_offering(self._raw)
        return self._offering.usd_per_1m(meter)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ListPrice) and self._raw == other._raw
