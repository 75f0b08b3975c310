"""Prices in configuration files: YAML, JSON and TOML, read line by line, by keys and indentation."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from ai_models.audit.gathering import Gathered, Judge
from ai_models.audit.name_shapes import is_model_word, snake
from ai_models.audit.names import Names
from ai_models.audit.price_check import Amount
from ai_models.audit.price_findings import report_price
from ai_models.audit.price_words import read_words
from ai_models.audit.priced_values import is_of_bills

__all__ = ["read_config_prices"]

_DIGITS: Final = r"\d[\d_]*(?:\.\d+)?(?:[eE][+-]?\d+)?"
_LINE: Final = re.compile(
    r"^(?P<indent>[ \t{\[]*(?:-[ \t]+[ \t{\[]*)?)(?P<quote>[\"']?)(?P<key>[A-Za-z0-9][\w.:/@+-]{0,119}?)(?P=quote)"
    r"[ \t]*[:=][ \t]*(?P<value>[^\n]{0,4000})$",
    re.MULTILINE,
)
_SECTION: Final = re.compile(r"^[ \t]*\[+(?P<name>[^\]\n]{1,200})\]+[ \t]*(?:#.*)?$", re.MULTILINE)
_PAIR: Final = re.compile(
    rf"[\"']?(?P<key>[A-Za-z_][\w-]*)[\"']?[ \t]*[:=][ \t]*[\"']?(?P<number>{_DIGITS})[\"']?(?=[\s,}}\]]|$)"
)
_NUMBER: Final = re.compile(rf"[\"']?(?P<number>{_DIGITS})[\"']?[ \t]*,?[ \t]*(?:#.*|//.*)?$")
_ENTRY: Final = re.compile(
    r"[\"']?(?P<key>[A-Za-z0-9][\w.:/@+-]{0,119}?)[\"']?[ \t]*:[ \t]*"
    rf"(?P<value>\{{[^{{}}]*\}}|\[[^\[\]]*\]|{_DIGITS}(?=[ \t,}}]))"
)
_UNIT: Final = re.compile(r"^[ \t]*[\"']?units?[\"']?[ \t]*[:=][ \t]*(?P<unit>[^\n]{1,80})", re.MULTILINE | re.IGNORECASE)
_OF_PRICES: Final = re.compile(r"price|cost|usd|per_?(?:1?[km]|tok|mil)|pricing|rate", re.IGNORECASE)
_LIST: Final = re.compile(r"\[[ \t]*(?P<numbers>\d[\d_.eE+-]*(?:[ \t]*,[ \t]*\d[\d_.eE+-]*){1,3})[ \t]*\]")
_TEXT: Final = re.compile(r"[\"']?(?P<text>[A-Za-z0-9][\w.:/@+-]{0,119})[\"']?[ \t]*,?[ \t]*(?P<rest>#.*|[^\n]*)$")
_INNER: Final = re.compile(r"[\"']?(?P<key>[A-Za-z_][\w-]*)[\"']?[ \t]*:[ \t]*(?P<value>\{[^{}]*\})")
_SIDES: Final = ("input", "output", "cache_read", "cache_write")
_NAMES: Final = ("name", "id", "api_identifier", "identifier", "slug")
_DEAREST: Final = Decimal(5_000)


class _Frame:
    """A key under which others stand: how far it is indented, its model, and the prices found below it."""

    def __init__(self, indent: int, key: str, model: str | None) -> None:
        self.indent = indent
        self.key = key
        self.model = model
        self.amounts: list[Amount] = []
        self.is_bill = False
        self.start = self.end = -1

    def add(self, amount: Amount, start: int, end: int) -> None:
        """Note a price and where it stands."""
        if amount.amount <= _DEAREST:
            self.amounts.append(amount)
            self.start, self.end = start if self.start < 0 else self.start, end


def read_config_prices(gathered: Gathered, judge: Judge) -> None:
    """Report the prices in a configuration, one finding a model."""
    reader = _Reader(judge.names, gathered.source.text, gathered.path)
    for frame in reader.frames():
        if frame.model is not None and frame.amounts and not frame.is_bill:
            span = gathered.source.span(frame.start, frame.end)
            report_price(gathered, judge, frame.model, tuple(frame.amounts), span, table=frame.key, confidence="medium")


class _Reader:
    """Walks down the lines of one text with the keys around them."""

    def __init__(self, names: Names, text: str, path: str) -> None:
        self.names = names
        self.text = text
        unit = _UNIT.search(text)
        # What the file is called, and what it says of its unit, holds for all of it.
        self.of_the_file = [os.path.basename(path).partition(".")[0], unit["unit"] if unit else ""]
        self.stack: list[_Frame] = []

    def frames(self) -> Iterator[_Frame]:
        """Every key that has a model, complete."""
        if not _OF_PRICES.search(" ".join((*self.of_the_file, self.text))):
            return
        for match in sorted((*_LINE.finditer(self.text), *_SECTION.finditer(self.text)), key=re.Match.start):
            if match.re is _SECTION:
                yield from self.close(-1)
                self.open_section(match["name"])
            else:
                indent = len(match["indent"].expandtabs())
                item = "-" in match["indent"]
                yield from self.close(indent - (1 if item else 0), item=item, dash=match["indent"].find("-"))
                yield from self.line(match, indent)
        yield from self.close(-1)

    def close(self, indent: int, *, item: bool = False, dash: int = 0) -> Iterator[_Frame]:
        """End the keys that a line of this indentation no longer belongs to."""
        limit = dash if item else indent
        while self.stack and self.stack[-1].indent >= limit + (1 if item else 0):
            yield self.stack.pop()

    def open_section(self, name: str) -> None:
        for part in re.findall(r"\"[^\"]*\"|'[^']*'|[^.\"']+", name):
            key = part.strip("\"' ")
            self.stack.append(_Frame(-1, key, self.model(key)))

    def line(self, match: re.Match[str], indent: int) -> Iterator[_Frame]:
        """Take a line in; what is complete within it comes out at once."""
        key, value = match["key"], match["value"].strip()
        start = match.start("value")
        model = self.model(key)
        frame = _Frame(indent, key, model)
        around = [*self.of_the_file, *(each.key for each in self.stack if each.model is None)]
        if model is not None:
            self.inline(frame, value, start, around)
            self.stack.append(frame)
            return
        text = _TEXT.match(value)
        if text and (is_model_word(key) or snake(key) in _NAMES) and (named := self.model(text["text"])):
            record = _Frame(indent - 1, "", named)  # what follows at this indentation belongs to it
            self.fields(record, text["rest"], start + text.start("rest"), around)
            self.stack.append(record)
            return
        number, owner = _NUMBER.match(value), self.owner()
        if owner is not None and is_of_bills(key):
            owner.is_bill = True
        if number and owner is not None:
            self.number(owner, key, number, start, around)
        elif owner is not None and value.startswith("{"):
            self.inline(owner, value, start, [*around, key])
        elif value.startswith("{"):
            yield from self.table(value, match.start("value"), [*around, key])
        if not value or value in ("{", "["):
            self.stack.append(frame)

    def fields(self, record: _Frame, text: str, start: int, around: list[str]) -> None:
        """What stands behind a model's name on its line: ``"gpt-4o", "pricing": {"input": 2.5}, "output_cost": 10}``."""
        flat = _INNER.sub(lambda inner: " " * len(inner[0]), text).partition("}")[0]  # up to the end of the record
        for inner in _INNER.finditer(text):
            if inner.start() < len(flat) and read_words(inner["key"]).is_price:
                self.inline(record, inner["value"], start + inner.start("value"), [*around, inner["key"]])
        for pair in _PAIR.finditer(flat):
            self.number(record, pair["key"], pair, start, around)

    def table(self, value: str, start: int, around: list[str]) -> Iterator[_Frame]:
        """A whole table on one line: ``"prices": {"gpt-4o": {"input": 2.5}, …}``."""
        for entry in _ENTRY.finditer(value):
            frame = _Frame(0, around[-1], self.model(entry["key"]))
            if frame.model is not None:
                self.inline(frame, entry["value"], start + entry.start("value"), around)
                yield frame

    def owner(self) -> _Frame | None:
        """The nearest key around with a model."""
        return next((frame for frame in reversed(self.stack) if frame.model is not None), None)

    def number(self, owner: _Frame, key: str, number: re.Match[str], start: int, around: list[str]) -> None:
        own = read_words(key)
        words = read_words(key, *around)
        owner.is_bill = owner.is_bill or is_of_bills(key)
        if own.is_sure or (own.meter is not None and words.is_price and "token" not in key):
            amount = Amount(own.meter or words.meter, _decimal(number["number"]), words.per, words.is_variant)
            owner.add(amount, start + number.start("number"), start + number.end("number"))

    def inline(self, frame: _Frame, value: str, start: int, around: list[str]) -> None:
        """What stands on the line of the model itself: a number, a list of two, a record."""
        context = read_words(*around)
        if value.startswith("{"):
            for pair in _PAIR.finditer(value):
                self.number(frame, pair["key"], pair, start, around)
            return
        numbers, single = _LIST.match(value), _NUMBER.match(value)
        if numbers and context.is_price:
            for side, number in zip(_SIDES, numbers["numbers"].split(","), strict=False):
                frame.add(Amount(side, _decimal(number), context.per, context.is_variant), start, start + numbers.end())
        elif single and context.is_sure:
            amount = Amount(context.meter, _decimal(single["number"]), context.per, context.is_variant)
            frame.add(amount, start + single.start("number"), start + single.end("number"))

    def model(self, text: str) -> str | None:
        is_specific = self.names.is_specific(text.rpartition("/")[2].lower())
        return text if is_specific and self.names.is_model(text) else None


def _decimal(text: str) -> Decimal:
    return Decimal(text.strip().replace("_", "").rstrip(".eE+-"))
