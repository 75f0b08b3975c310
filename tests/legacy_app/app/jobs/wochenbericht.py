# -*- coding: latin-1 -*-
"""Wochenbericht für die Geschäftsleitung: was die Kunden schrieben, und was es gekostet hat.

Die Leitung liest Deutsch; dies ist der einzige Bericht, der nicht englisch ist.
"""

from models.registry import CLAUDE_SONNET, GPT_4O_MINI as KLEINES  # das kleine genügt für Schlagwörter
from providers.base import SignalCategory

from signal_desk.triage import Batch

ÜBERSCHRIFT = "Rückmeldungen der Woche"

NAMEN = {
    SignalCategory.FEATURE_REQUEST: "Wünsche",
    SignalCategory.BUG_REPORT: "Störungen",
    SignalCategory.CHURN_RISK: "Kündigungsgefahr",
    SignalCategory.EXPANSION_SIGNAL: "Zuwachs",
    SignalCategory.GENERAL_FEEDBACK: "Übriges",
}


def bericht(batch: Batch) -> str:
    """Eine Zeile je Kategorie, die häufigste zuerst, dann die Kosten."""
    zahlen = batch.by_category()
    zeilen = [f"{NAMEN[kategorie]}: {zahlen[kategorie.value]}" for kategorie in NAMEN if zahlen[kategorie.value]]
    zeilen.sort(key=lambda zeile: -int(zeile.rpartition(" ")[2]))
    return "\n".join([ÜBERSCHRIFT, *zeilen, kosten(batch.cost)])


def kosten(betrag: float) -> str:
    return f"Gekostet hat es {betrag:.2f} $, geprüft von {CLAUDE_SONNET.name} und {KLEINES.name}."
