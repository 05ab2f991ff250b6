"""What people want to do with the thing that they look for: “Radweg bauen” is a cycle path, and building.

Who writes about the thing seldom uses the same verb, so the verb is a wish: what has it, or a noun for the same, comes
first; what lacks it is found as well. A verb that is also a thing (“schulen”, “messen”) is none of these.
"""

INTENTIONS: dict[str, tuple[str, ...]] = {
    "anlegen": ("Anlegung", "Neuanlage"),
    "anschaffen": ("Anschaffung", "Beschaffung", "Kauf", "Erwerb"),
    "aufbauen": ("Aufbau",),
    "ausbauen": ("Ausbau", "Erweiterung"),
    "ausstatten": ("Ausstattung", "Anschaffung"),
    "bauen": ("Bau", "Neubau", "Ausbau", "Errichtung"),
    "beleben": ("Belebung", "Stärkung"),
    "beschaffen": ("Beschaffung", "Anschaffung", "Kauf", "Erwerb"),
    "betreiben": ("Betrieb",),
    "digitalisieren": ("Digitalisierung",),
    "einführen": ("Einführung",),
    "einrichten": ("Einrichtung",),
    "entwickeln": ("Entwicklung",),
    "erneuern": ("Erneuerung", "Sanierung", "Modernisierung"),
    "eröffnen": ("Eröffnung", "Gründung"),
    "errichten": ("Errichtung", "Bau", "Neubau"),
    "erstellen": ("Erstellung",),
    "erweitern": ("Erweiterung", "Ausbau"),
    "fördern": ("Förderung",),
    "finanzieren": ("Finanzierung", "Förderung"),
    "gründen": ("Gründung",),
    "installieren": ("Installation", "Einbau"),
    "kaufen": ("Kauf", "Anschaffung", "Beschaffung", "Erwerb"),
    "modernisieren": ("Modernisierung", "Erneuerung", "Sanierung"),
    "planen": ("Planung", "Konzept"),
    "reparieren": ("Reparatur", "Instandsetzung"),
    "sanieren": ("Sanierung", "Erneuerung", "Modernisierung"),
    "umbauen": ("Umbau",),
    "umrüsten": ("Umrüstung",),
    "verbessern": ("Verbesserung",),
    "vernetzen": ("Vernetzung",),
    "zählen": ("Zählung", "Erfassung"),
}
"""Verbs in their infinitive, as people type them, each with the nouns that guidelines use for it."""
