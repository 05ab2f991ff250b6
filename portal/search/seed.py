"""Words to begin with; editors go on from there.

``PARTS`` are words that German compounds of the administration are made of; ``WHOLE`` look like compounds of them and
are none; each group of ``SYNONYMS`` means the same.
"""

PARTS = """
abfall abfrage abgabe abgleich ablauf abrechnung abruf absatz abwasser achse acker ader adresse agentur akte akteur
alarm altstadt amt angebot anlage anleitung anmeldung ansprech antrag anwendung arbeit arbeitgeber archiv arzt atlas
aufgabe aufsicht auftrag aufwand auge ausbau ausbildung ausgabe ausgleich auskunft ausschreibung ausschuss ausstattung
austausch ausweis auto automat bach bad bahn bahnhof balkon band bank barriere barrierefreiheit basis bau bauamt baum
baustein bearbeitung bebauung bedarf bedienung beförderung begegnung beginn begleitung behinderung behörde beirat
beitrag belag beleuchtung benutzer beratung bereich bereitstellung bericht beruf beschaffung bescheid beschleunigung
beschluss beseitigung bestand besuch beteiligung betreuung betrieb bewirtschaftung bewohner bewässerung bezirk bezug
bibliothek biene bild bildung biologie blick boden brand breitband brief brunnen brücke buch budget bund bus börse
bürger bürgerbüro bürgermeister bürgerschaft chance cloud dach datei daten datenbank dauer deich denkmal dialog dienst
digital digitalisierung dokument dorf drohne düngung ehrenamt einkauf einrichtung einsatz einwohner eis elektro eltern
energie engpass entgelt entlastung entscheidung entsorgung entwicklung ereignis erfassung erhaltung ermittlung
ernährung erschließung ertrag erzeugung eröffnung fach fahrer fahrrad fahrt fahrzeug familie faser feld fenster ferien
fernwärme fest feuer feuerwehr film finanz finanzierung fischerei flucht fluss fläche form forschung forst
fortschreibung frau freibad freiheit freiwillige freizeit friedhof frist funk fuß fußgänger förder förderung führung
garage garten gas gast gastronomie gebiet gebäude gebühr gefahr geflüchtete gefährdung gehweg geld gemeinde
genehmigung geruch gerät geräte geschichte geschwindigkeit geschäft gesellschaft gesetz gestaltung gesundheit gewalt
gewerbe gewicht gewinn gewässer glas glasfaser graben gremium grund grundschule grundstück grundwasser gruppe grün
gründung gut gutachten gymnasium hafen halle hallenbad haltestelle handel handlung handwerk handwerker hard haus
haushalt heim heizung heizwerk hilfe hitze hoch hochwasser hof holz hort hotel hund idee impf industrie information
infrastruktur inklusion innen innenstadt inspektion instandhaltung integration internet investition jahr jubiläum
jugend kalender kammer kampagne kanal karte kasse kataster kauf keller kenn kind kindergarten kirche klasse klima klär
kläranlage knoten kohle kommune konferenz konto kontrolle konzept koordination korridor kosten kraft krankenhaus
kredit kreis krise kultur kunde kunden kunst kurs kurz küche kündigung lade laden lager land landkreis landschaft
landwirtschaft lastenrad laub leben lehrer lehrkraft leih leistung leiter leitfaden leitstelle leitung lenkung lern
licht liefer linie liste lotse luft luftbild lärm löschwasser lücke lüftung management markise markt maschine masse
material maß maßnahme medien meldung mensch messe messung miet miete mietspiegel minderung mittel mobil mobilität
modell modernisierung monat monitoring museum musik mühle müll müllabfuhr nachbarschaft nachhaltigkeit nacht nah
nahverkehr nahversorgung name natur netz netzwerk niederschlag not notfall notruf nummer nutzung ober objekt online
ordner ordnung ort ortsteil pacht pakt papier park parkraum partner partnerschaft pass pegel pendler personal petition
pflanze pflaster pflege pflicht pilot plan planung plattform platz politik polizei portal post praxis preis produkt
programm projekt prozess prämie prävention prüfung publikum qualifizierung qualität quartier quelle quote rad
radverkehr radweg rahmen rat rathaus raum rechnung recht reform regelung regen region register reinhaltung reinigung
reise rente reparatur resilienz ressource rettung richter richtlinie ring risiko rohr rohstoff roller rufbus räum saal
sach sache salz sammlung sanierung sanitär satz satzung schacht schaden schadstoff schicht schiene schiff schild
schloss schnell schnitt schrift schule schulung schutz schutzgebiet schwamm schwimm schwimmbad schüler see seilbahn
sektor senioren sensor service sicherheit siedlung signal sirene sitzung software solar soll sonder sonne sozial
spende sperr sperrmüll spiel spielplatz sport sprache sprech staat stadion stadt stadtteil stand standard standort
starkregen statistik stau steg stell stelle stellplatz steuer steuerung stiftung stoff strategie straße strecke strom
struktur studie stunde sturm sturmflut stärke stätte suche suchmaschine system tag tarif tausch technik technologie
teich teilhabe telefon termin test text therapie tiefbau tier titel tourismus transport treff treffen trink
trinkwasser träger turm ufer uhr umbau umfrage umgebung umgehung umlage umleitung umsatz umwelt umweltschutz umzug
unfall unter unterhaltung unterkunft unternehmen unterricht unterstützung urkunde urlaub verarbeitung verband
verbindung verbrauch verein verfahren vergabe vergleich verkauf verkehr verlagerung vermeidung vermessung vermietung
vermittlung vermögen verordnung versammlung verschleiß verschmutzung versicherung versiegelung versorgung verteilung
vertrag vertretung verwaltung verwertung verzeichnis verzicht video volkshochschule vorhaben vorrang vorschlag
vorsorge vortrag wache wachstum wahl wald wand wandel wander wanderweg wappen ware warnung wart wartung wasser
wasserstoff wechsel weg wehr weiher weiterbildung werk werkstatt wert wertstoff wettbewerb wetter wiederverwendung
wiese wind winter winterdienst wirtschaft wissen wissenschaft woche wohn wohnen wohnraum wohnung wohnungsbau wunsch
wächter wärme zahl zeit zeitung zensus zentren zentrum zertifikat ziel zins zone zoo zug zugang zukunft zulassung
zusammenschluss zuschuss zustand zuwanderung zweck zweckverband zwilling zähler zählung öffentlich öffnung öko öl über
übersicht übertragung überwachung übung
""".split()  # noqa: SIM905 - some hundred words

WHOLE = """
aufgaben ausgaben beiträge bekannt bereits besonders dadurch dagegen dazu ebenfalls eigentum einzeln erwachsene
fortschritt gegenstand gemeinsam gemeinschaft genossenschaft gesellschaften herrschaft innerhalb insbesondere
jahrhundert kommunikation landwirt leistungen mannschaft nachhaltig niederlande notwendig organisation ortschaft
präsentation situation teilnahme unterhalb unterschied verantwortung vergangenheit verständnis voraussetzung
vorschrift zusammenarbeit zuständigkeit
""".split()  # noqa: SIM905 - some hundred words

SYNONYMS = (
    ("KI", "Künstliche Intelligenz", "AI"),
    ("ÖPNV", "Nahverkehr", "öffentlicher Nahverkehr", "öffentlicher Personennahverkehr"),
    ("Kita", "Kindertagesstätte", "Kindergarten", "Kindertageseinrichtung"),
    ("OZG", "Onlinezugangsgesetz"),
    ("IoT", "Internet der Dinge", "Sensoren"),
    ("GIS", "Geoinformationssystem"),
    ("E-Akte", "elektronische Akte", "eAkte"),
    ("PV", "Photovoltaik", "Solarstrom"),
    ("E-Auto", "Elektroauto", "Elektrofahrzeug"),
    ("Ladesäule", "Ladepunkt", "Ladestation"),
    ("Fahrrad", "Rad", "Velo"),
    ("Breitband", "schnelles Internet", "Glasfaser"),
    ("WLAN", "Wi-Fi"),
    ("Bürgerbüro", "Bürgeramt", "Bürgerservice"),
    ("CDO", "Chief Digital Officer", "Digitalisierungsbeauftragte"),
    ("ISEK", "integriertes städtebauliches Entwicklungskonzept"),
    ("DSGVO", "Datenschutz-Grundverordnung"),
    ("Open Data", "offene Daten"),
    ("Open Source", "freie Software"),
    ("Smart City", "intelligente Stadt", "digitale Stadt"),
    ("Digitaler Zwilling", "Digital Twin"),
    ("Homeoffice", "Heimarbeit", "mobiles Arbeiten"),
    ("Müll", "Abfall"),
    ("Smart Village", "kluges Dorf", "digitales Dorf"),
    ("Hackerangriff", "Cyberangriff", "IT-Notfall"),
    ("Innenstadt", "Ortskern", "Stadtkern"),
    ("Coworking", "gemeinsam arbeiten"),
    ("Turnhalle", "Sporthalle"),
    ("sanieren", "erneuern", "modernisieren"),
    ("Sanierung", "Erneuerung", "erneuern"),
    ("Partnerstadt", "Partnergemeinde", "Städtepartnerschaft"),
    ("grenzüberschreitend", "über die Grenze"),
    ("Zentrum", "Zentren"),
    ("Wohnraum", "Wohnungen"),
    ("Bürgerbeteiligung", "Menschen beteiligen", "Öffentlichkeitsbeteiligung"),
    ("Digitalisierung", "digital", "digitale Transformation"),
    ("Vergabe", "Beschaffung", "Ausschreibung", "beschaffen"),
    ("Bücherei", "Bibliothek"),
    ("Zuschuss", "Zuwendung"),
    ("Kredit", "Darlehen"),
)
"""Abbreviations and words that clerks and citizens use beside each other."""
