"""A stock of German words and sentences, from which ``data`` writes funding programmes and names places.

All of it is our own wording. A programme draws its subjects from the lists of its fields, so that words cluster by
subject as they do in real texts, and the rest from several thousand compounds by Zipf's law: a few words stand in
nearly every text, most of them in a handful.
"""

# ruff: noqa: SIM905 - a stock of words reads better as text than as a list

FIRST_PARTS = (
    "Energie Wärme Breitband Quartiers Stadt Dorf Verkehrs Rad Schul Bildungs Pflege Kultur Sport Klima Umwelt "
    "Wasser Abwasser Abfall Boden Natur Wald Forschungs Innovations Gründungs Unternehmens Tourismus Verwaltungs "
    "Daten Informations Kommunikations Sicherheits Katastrophenschutz Feuerwehr Gesundheits Krankenhaus Jugend "
    "Familien Senioren Integrations Ehrenamts Beteiligungs Planungs Bau Wohnungs Sanierungs Denkmal Infrastruktur "
    "Gewerbe Logistik Mobilitäts Lade Wasserstoff Solar Windenergie Netz Beleuchtungs Gebäude Prozess Personal "
    "Qualifizierungs Ausbildungs Weiterbildungs Beratungs Markt Export Messe Film Medien Bibliotheks Museums Musik "
    "Theater Hochschul Labor Technologie Produktions Material Kreislauf Recycling Moor Gewässer Küsten Hochwasser "
    "Starkregen Hitze Grün Spielplatz Inklusions Teilhabe Gleichstellungs Arbeits Fachkräfte Ausstattungs Digital "
    "Software Archiv Service Bürger Regional Grenzraum Kooperations Netzwerk Gemeinde Landschafts Straßen Brücken "
    "Bahn Hafen Ernährungs Obst"
).split()

LAST_PARTS = (
    "konzepte vorhaben maßnahmen anlagen systeme netze angebote verfahren projekte dienste strukturen flächen "
    "räume pläne programme partnerschaften zentren einrichtungen plattformen leistungen prozesse technologien "
    "kompetenzen investitionen beratungen schulungen studien analysen untersuchungen modelle standorte speicher "
    "wege stationen fahrzeuge kosten ausgaben mittel ziele strategien kampagnen veranstaltungen gutachten "
    "nachweise werkstätten labore register portale fonds agenturen beiräte kataster karten daten akten bestände "
    "gesellschaften stellen räte"
).split()

ADJECTIVES = (
    "kommunale digitale regionale nachhaltige barrierefreie energieeffiziente gemeinnützige öffentliche innovative "
    "klimafreundliche modellhafte interkommunale ländliche soziale kulturelle wirtschaftliche technische fachliche "
    "investive vorbereitende begleitende übertragbare offene vernetzte bedarfsgerechte zukunftsfähige "
    "ressourcenschonende bürgernahe inklusive fachübergreifende landesweite grenzüberschreitende experimentelle "
    "dauerhafte zusätzliche"
).split()

SUBJECTS = {
    "arbeit": (
        "Beschäftigung Arbeitsplätze Lohnkosten Arbeitsmarkt Eingliederung Fachkräftesicherung Arbeitsschutz Betriebe"
    ),
    "aus_weiterbildung": (
        "Ausbildung Weiterbildung Lehrgänge Bildungsträger Abschlüsse Berufsschulen Auszubildende Lernorte"
    ),
    "aussenwirtschaft": "Export Auslandsmärkte Delegationsreisen Zölle Handelskammern Außenhandel Markterschließung",
    "beratung": "Beratung Coaching Erstberatung Beratungstage Fachberatung Beratungsstellen Analyse",
    "corona": "Pandemie Überbrückung Einnahmeausfälle Hygiene Nothilfe",
    "digitalisierung": (
        "Digitalisierung Verwaltungsleistungen Breitband Glasfaser Software Informationssicherheit Rechenzentren "
        "Fachverfahren Onlinezugang Schnittstellen Datenschutz Künstliche-Intelligenz Sensoren"
    ),
    "energieeffizienz_erneuerbare_energien": (
        "Photovoltaik Wärmenetze Wärmeplanung Energieeffizienz Dämmung Wärmepumpen Biomasse Windkraft "
        "Energiemanagement Beleuchtung Heizungen"
    ),
    "existenzgruendung_festigung": (
        "Gründung Gründerzentren Start-ups Betriebsübernahme Wagniskapital Festigung Geschäftsmodelle"
    ),
    "forschung_innovation_themenoffen": (
        "Forschung Verbundprojekte Prototypen Transfer Patente Entwicklung Technologietransfer"
    ),
    "forschung_innovation_themenspezifisch": (
        "Materialforschung Medizintechnik Raumfahrt Robotik Batterieforschung Photonik Biotechnologie"
    ),
    "frauenfoerderung": "Gleichstellung Frauenhäuser Wiedereinstieg Führungspositionen Mentoring Chancengleichheit",
    "gesundheit_soziales": (
        "Pflege Jugendhilfe Kindertagesstätten Teilhabe Prävention Hospize Inklusion Begegnungsstätten Kitas"
    ),
    "infrastruktur": (
        "Straßenbau Trinkwasser Kläranlagen Brücken Gewerbegebiete Häfen Feuerwehrhäuser Sporthallen Kanäle"
    ),
    "kultur_medien_sport": (
        "Museen Bibliotheken Theater Musikschulen Sportstätten Denkmalpflege Filme Festivals Archive"
    ),
    "landwirtschaft_laendliche_entwicklung": (
        "Landwirtschaft Dorferneuerung Flurneuordnung Direktvermarktung Tierwohl Forstwege Nahversorgung "
        "Dorfgemeinschaftshäuser"
    ),
    "messen_ausstellungen": "Messen Ausstellungen Gemeinschaftsstände Standmieten Leitmessen",
    "mobilitaet": (
        "Radverkehr Radwege Busse Ladeinfrastruktur Schienenverkehr Carsharing Haltestellen Verkehrsplanung Lastenräder"
    ),
    "regionalfoerderung": (
        "Regionalentwicklung Strukturwandel Fördergebiete Tourismus Regionalmanagement Kohleregionen"
    ),
    "smart_cities_regionen": (
        "Smart-City Datenplattformen Stadtlabore Reallabore Sensornetze Bürgerbeteiligung Digitalstrategie"
    ),
    "staedtebau_stadterneuerung": (
        "Stadterneuerung Innenstädte Ortskerne Sanierungsgebiete Brachflächen Stadtumbau Quartiere"
    ),
    "umwelt_naturschutz": (
        "Naturschutz Gewässer Artenschutz Moore Klimaanpassung Altlasten Bodenschutz Kreislaufwirtschaft "
        "Luftreinhaltung"
    ),
    "unternehmensfinanzierung": (
        "Darlehen Betriebsmittel Bürgschaften Eigenkapital Investitionen Zinsen Hausbanken Mittelstand"
    ),
    "wohnungsbau_modernisierung": (
        "Wohnungsbau Modernisierung Mietwohnungen Barrierefreiheit Eigenheime Studentenwohnheime Belegungsbindung"
    ),
}

TITLES = (
    "Förderung von {subject} und {other} {where}",
    "{subject} {where}",
    "Richtlinie {subject} – {compound} {where}",
    "{adjective} {compound} ({subject}) {where}",
    "Zuwendungen für {adjective} {compound} {where}",
    "Programm {subject} und {compound} {where}",
)
"""The adjective of a title begins it in one case; it is written with a capital there."""

OPENINGS = (
    "Wenn Sie {adjective} {compound} im Bereich {subject} planen, können Sie eine Förderung erhalten.",
    "Unterstützt werden {adjective} {compound}, die {subject} und {other} voranbringen.",
    "Das Land unterstützt Sie bei {subject} und {other}, wenn {adjective} {compound} entstehen.",
)

SENTENCES = (
    "Gefördert werden {adjective} {compound}, {compound} und {compound}.",
    "Dazu gehören insbesondere {compound} für {subject} sowie {adjective} {compound}.",
    "Die Zuwendung beträgt bis zu {percent} % der zuwendungsfähigen Ausgaben, höchstens EUR {amount}.",
    "Nicht gefördert werden laufende {compound} und {compound}, die vor der Bewilligung begonnen wurden.",
    "Das Vorhaben muss zu {subject} beitragen und innerhalb von {months} Monaten abgeschlossen sein.",
    "Antragstellende weisen nach, dass {adjective} {compound} dauerhaft betrieben werden.",
    "Vorrang haben {adjective} {compound}, an denen mehrere Gemeinden beteiligt sind.",
    "Für {compound} in Gemeinden mit weniger als {thousand}.000 Personen steigt der Satz um {bonus} Prozentpunkte.",
    "Die Bewilligungsbehörde entscheidet nach pflichtgemäßem Ermessen im Rahmen verfügbarer {compound}.",
    "Ausgaben für {compound}, {compound} und externe {compound} sind zuwendungsfähig.",
    "Mit der Förderung sollen {subject}, {other} und {adjective} {compound} gestärkt werden.",
    "Die Höhe der Förderung richtet sich nach Art und Umfang der {compound}.",
    "Eigenmittel in Höhe von mindestens {bonus} % sind nachzuweisen; {compound} können angerechnet werden.",
    "Eine Kumulierung mit anderen {compound} ist zulässig, soweit {adjective} {compound} getrennt abgerechnet werden.",
    "Die geförderten {compound} sind mindestens {years} Jahre lang zweckentsprechend zu nutzen.",
    "Das Ergebnis wird in Form {adjective}r {compound} veröffentlicht und steht anderen Kommunen zur Verfügung.",
    "Voraussetzung ist ein Beschluss des zuständigen Gremiums über {compound} und {compound}.",
    "Bei {subject} werden auch {compound} berücksichtigt, die {adjective} {compound} ergänzen.",
    "Die Auszahlung erfolgt nach Vorlage der {compound} in bis zu {bonus} Teilbeträgen.",
    "Beratung zu {subject} und {compound} erhalten Sie bei der zuständigen Stelle.",
)

RARE_SENTENCES = (
    "Vorhaben zur Digitalisierung der Verwaltung werden vorrangig bewilligt.",
    "Auf Barrierefreiheit und Klimaschutz ist bei der Planung zu achten.",
    "Auch Breitband und Mobilfunk im ländlichen Raum können gefördert werden.",
    "Schulen und Kindertagesstätten sind ausdrücklich eingeschlossen.",
)
"""What a text only mentions in passing: about every tenth one has a given one of these."""

PLACE_FIRST = (
    "Neuen Alten Ober Unter Nieder Hohen Groß Klein Birken Eichen Buchen Linden Erlen Tannen Eschen Weiden Stein "
    "Sand Wald Wiesen Berg Tal See Bach Mühl Kirch Kloster Königs Bischofs Grafen Herzogen Mark Franken Sachsen "
    "Schwaben Rosen Blumen Apfel Kirsch Hasel Schwarzen Weißen Roten Grün Gold Silber Eisen Salz Winter Sommer "
    "Oster Wester Norder Süder Hirsch Reh Wolfs Bären Adler Falken Storch Kranich Schwan Fisch Krebs Otter Bieber "
    "Lauter Klar Kalten Warm Brunnen Quell Moor Heide Haide Ried Rohr Schilf Burg Schloss Turm Tor Brück Furt "
    "Hagen Rode Wald Forst Heger Gut Edel Frei Fried Hein Ludwigs Karls Wilhelms Friedrichs Georgs Marien Annen "
    "Johannis Martins Peters Michels"
).split()

PLACE_LAST = (
    "dorf hausen kirchen stedt bach berg burg feld heim ingen hofen stadt rode walde thal au brunn born bruck furt "
    "hagen hain haus horst kamp lohe moor münster reuth ried see stein weiler wald werder wiesen zell büttel leben "
    "büll by itz ow"
).split()

PLACE_ADDITIONS = (
    "",
    "",
    "",
    "",
    "",
    " am See",
    " am Berg",
    " an der Aue",
    " im Tal",
    " (Heide)",
    " b. Neustadt",
    "-Süd",
)
