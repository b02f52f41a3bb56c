<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de">
<context>
    <name>ChangesList</name>
    <message>
        <source>The network was not changed yet.</source>
        <translation>Das Netz wurde noch nicht gewechselt.</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>gescheitert</translation>
    </message>
    <message>
        <source>why?</source>
        <translation>warum?</translation>
    </message>
</context>
<context>
    <name>Chart</name>
    <message>
        <source>min</source>
        <translation>min</translation>
    </message>
</context>
<context>
    <name>ChartsPage</name>
    <message>
        <source>camera {fps} (dashed)</source>
        <translation>Kamera {fps} (gestrichelt)</translation>
    </message>
    <message>
        <source>camera {fps}</source>
        <translation>Kamera {fps}</translation>
    </message>
    <message>
        <source>fps</source>
        <translation>fps</translation>
    </message>
    <message>
        <source>network {fps}</source>
        <translation>Netz {fps}</translation>
    </message>
    <message>
        <source>p95 {age} (dashed)</source>
        <translation>p95 {age} (gestrichelt)</translation>
    </message>
    <message>
        <source>p95 {age}</source>
        <translation>p95 {age}</translation>
    </message>
    <message>
        <source>age, ms</source>
        <translation>Alter, ms</translation>
    </message>
    <message>
        <source>ms</source>
        <translation>ms</translation>
    </message>
    <message>
        <source>p50 {age}</source>
        <translation>p50 {age}</translation>
    </message>
    <message>
        <source>power</source>
        <translation>Leistung</translation>
    </message>
    <message>
        <source>temperature</source>
        <translation>Temperatur</translation>
    </message>
    <message>
        <source>{heat} °C</source>
        <translation>{heat} °C</translation>
    </message>
</context>
<context>
    <name>ChoicePage</name>
    <message>
        <source>Scenario</source>
        <translation>Szenario</translation>
    </message>
    <message>
        <source>Ranking</source>
        <translation>Rangliste</translation>
    </message>
    <message>
        <source>Changes</source>
        <translation>Wechsel</translation>
    </message>
    <message>
        <source>Changes ({count})</source>
        <translation>Wechsel ({count})</translation>
    </message>
    <message>
        <source>Loading {network} …</source>
        <translation>{network} wird geladen …</translation>
    </message>
    <message>
        <source>Chosen for all cameras together: {note}.</source>
        <translation>Für alle Kameras zusammen gewählt: {note}.</translation>
    </message>
    <message>
        <source>Ranking or changes</source>
        <translation>Rangliste oder Wechsel</translation>
    </message>
</context>
<context>
    <name>Errand</name>
    <message>
        <source>not installed; what has come is kept</source>
        <translation>nicht installiert; was schon da ist, bleibt</translation>
    </message>
</context>
<context>
    <name>FirstRun</name>
    <message>
        <source>This is Saccade</source>
        <translation>Das ist Saccade</translation>
    </message>
    <message>
        <source>H lists all keys. Any key or a touch closes this.</source>
        <translation>H zeigt alle Tasten. Jede Taste oder Berührung schließt dies.</translation>
    </message>
    <message>
        <source>You see several cameras, live, with what networks find in them.</source>
        <translation>Sie sehen mehrere Kameras, live, mit dem, was Netze darin finden.</translation>
    </message>
    <message>
        <source>No camera was found or named: you see a drawn conveyor belt instead.</source>
        <translation>Es wurde keine Kamera gefunden oder genannt: Sie sehen stattdessen ein gezeichnetes Förderband.</translation>
    </message>
    <message>
        <source>You see {camera}, live, with what a network finds in it.</source>
        <translation>Sie sehen {camera}, live, mit dem, was ein Netz darin findet.</translation>
    </message>
    <message>
        <source>Camera</source>
        <translation>Kamera</translation>
    </message>
    <message>
        <source>Connect one and start Saccade again, or name it in the settings (P).</source>
        <translation>Schließen Sie eine an und starten Sie Saccade neu, oder nennen Sie sie in den Optionen (P).</translation>
    </message>
    <message>
        <source>Networks</source>
        <translation>Netze</translation>
    </message>
    <message>
        <source>The panel (P) has more of them to download; what suits is chosen.</source>
        <translation>Das Seitenfeld (P) bietet weitere zum Herunterladen; gewählt wird, was passt.</translation>
    </message>
    <message>
        <source>Scenario</source>
        <translation>Szenario</translation>
    </message>
    <message>
        <source>In the panel&apos;s triangle, say what counts: accuracy, frames or watts.</source>
        <translation>Sagen Sie im Dreieck des Seitenfelds, was zählt: Genauigkeit, Bilder oder Watt.</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Esc</source>
        <translation>Esc</translation>
    </message>
    <message>
        <source>Leave full screen, or one camera</source>
        <translation>Vollbild oder einzelne Kamera verlassen</translation>
    </message>
    <message>
        <source>Enter, double-click</source>
        <translation>Enter, Doppelklick</translation>
    </message>
    <message>
        <source>One camera, or all</source>
        <translation>Eine Kamera oder alle</translation>
    </message>
    <message>
        <source>Q, Ctrl+Q</source>
        <translation>Q, Strg+Q</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Beenden</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Tasten</translation>
    </message>
    <message>
        <source>Pause or resume</source>
        <translation>Anhalten oder fortsetzen</translation>
    </message>
    <message>
        <source>Save a snapshot</source>
        <translation>Schnappschuss speichern</translation>
    </message>
    <message>
        <source>Overlay on or off</source>
        <translation>Rahmen und Namen ein oder aus</translation>
    </message>
    <message>
        <source>Full screen, and back</source>
        <translation>Vollbild und zurück</translation>
    </message>
    <message>
        <source>Draw the zones in which things count</source>
        <translation>Zonen zeichnen, in denen Dinge zählen</translation>
    </message>
    <message>
        <source>This list</source>
        <translation>Diese Liste</translation>
    </message>
    <message>
        <source>Panel: choice, charts, networks, settings</source>
        <translation>Seitenfeld: Wahl, Verlauf, Netze, Optionen</translation>
    </message>
    <message>
        <source>Space</source>
        <translation>Leertaste</translation>
    </message>
    <message>
        <source>pause</source>
        <translation>anhalten</translation>
    </message>
    <message>
        <source>snapshot</source>
        <translation>Schnappschuss</translation>
    </message>
    <message>
        <source>overlay</source>
        <translation>Rahmen</translation>
    </message>
    <message>
        <source>panel</source>
        <translation>Seitenfeld</translation>
    </message>
    <message>
        <source>zones</source>
        <translation>Zonen</translation>
    </message>
    <message>
        <source>full screen</source>
        <translation>Vollbild</translation>
    </message>
    <message>
        <source>help</source>
        <translation>Hilfe</translation>
    </message>
    <message>
        <source>resume</source>
        <translation>fortsetzen</translation>
    </message>
    <message>
        <source>the benchmark is skipped</source>
        <translation>die Messung wird übersprungen</translation>
    </message>
    <message>
        <source>overlay shown</source>
        <translation>Rahmen sichtbar</translation>
    </message>
    <message>
        <source>overlay hidden</source>
        <translation>Rahmen ausgeblendet</translation>
    </message>
    <message>
        <source>Esc leaves full screen</source>
        <translation>Esc verlässt das Vollbild</translation>
    </message>
</context>
<context>
    <name>NetworksPage</name>
    <message>
        <source>Verify all files</source>
        <translation>Alle Dateien prüfen</translation>
    </message>
    <message>
        <source>Installed</source>
        <translation>Installiert</translation>
    </message>
    <message>
        <source>To be had</source>
        <translation>Verfügbar</translation>
    </message>
    <message>
        <source>Come with Saccade: {count}</source>
        <translation>Mit Saccade geliefert: {count}</translation>
    </message>
    <message>
        <source>“{command} bench” measures them; what is measured can be chosen.</source>
        <translation>„{command} bench“ misst sie; was gemessen ist, kann gewählt werden.</translation>
    </message>
    <message>
        <source>Only those that come with Saccade.</source>
        <translation>Nur die mit Saccade gelieferten.</translation>
    </message>
    <message>
        <source>Download {size}</source>
        <translation>{size} herunterladen</translation>
    </message>
    <message>
        <source>Really remove?</source>
        <translation>Wirklich entfernen?</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>damaged: {why}</source>
        <translation>beschädigt: {why}</translation>
    </message>
    <message>
        <source>runs for {camera}</source>
        <translation>läuft für {camera}</translation>
    </message>
    <message>
        <source>verified: its SHA-256 is right</source>
        <translation>geprüft: die SHA-256 stimmt</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Ending …</source>
        <translation>Wird beendet …</translation>
    </message>
    <message>
        <source>Every engine checks it …</source>
        <translation>Alle Laufzeiten prüfen es …</translation>
    </message>
</context>
<context>
    <name>RankingList</name>
    <message>
        <source>Nothing is measured on this device yet. “{command} bench” measures.</source>
        <translation>Auf diesem Gerät ist noch nichts gemessen. „{command} bench“ misst.</translation>
    </message>
    <message>
        <source>No candidate is left for {scenario}.</source>
        <translation>Für {scenario} bleibt kein Kandidat.</translation>
    </message>
    <message>
        <source>{count} more</source>
        <translation>{count} weitere</translation>
    </message>
    <message>
        <source>Not ranked: {count}</source>
        <translation>Ohne Rang: {count}</translation>
    </message>
    <message>
        <source>accuracy</source>
        <translation>Genauigkeit</translation>
    </message>
    <message>
        <source>fps</source>
        <translation>fps</translation>
    </message>
    <message>
        <source>W</source>
        <translation>W</translation>
    </message>
    <message>
        <source>merit</source>
        <translation>Güte</translation>
    </message>
    <message>
        <source>runs now</source>
        <translation>läuft jetzt</translation>
    </message>
</context>
<context>
    <name>SettingsPage</name>
    <message>
        <source>At once</source>
        <translation>Sofort</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>Farben</translation>
    </message>
    <message>
        <source>as the system&apos;s</source>
        <translation>wie das System</translation>
    </message>
    <message>
        <source>dark</source>
        <translation>dunkel</translation>
    </message>
    <message>
        <source>light</source>
        <translation>hell</translation>
    </message>
    <message>
        <source>Boxes and labels, now and at the start</source>
        <translation>Rahmen und Namen, jetzt und beim Start</translation>
    </message>
    <message>
        <source>Source</source>
        <translation>Quelle</translation>
    </message>
    <message>
        <source>auto, camera:0, a file, rtsp://…</source>
        <translation>auto, camera:0, eine Datei, rtsp://…</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>Netz</translation>
    </message>
    <message>
        <source>Scenario</source>
        <translation>Szenario</translation>
    </message>
    <message>
        <source>At the next start</source>
        <translation>Beim nächsten Start</translation>
    </message>
    <message>
        <source>Scenario of all cameras</source>
        <translation>Szenario aller Kameras</translation>
    </message>
    <message>
        <source>Spare the network where nothing moves</source>
        <translation>Das Netz schonen, wo sich nichts bewegt</translation>
    </message>
    <message>
        <source>Sensitivity to motion</source>
        <translation>Empfindlichkeit für Bewegung</translation>
    </message>
    <message>
        <source>0 to 1: the more, the smaller a change that wakes the network.</source>
        <translation>0 bis 1: je mehr, desto kleiner die Änderung, die das Netz weckt.</translation>
    </message>
    <message>
        <source>MQTT broker</source>
        <translation>MQTT-Broker</translation>
    </message>
    <message>
        <source>mqtt://host:1883, or nothing</source>
        <translation>mqtt://host:1883 oder nichts</translation>
    </message>
    <message>
        <source>User and password never stand here: docs/mqtt.md says where.</source>
        <translation>Benutzer und Passwort stehen nie hier: docs/mqtt.md sagt, wo.</translation>
    </message>
    <message>
        <source>The model for machines without a sensor; measure yours with a meter.</source>
        <translation>Das Modell für Geräte ohne Sensor; messen Sie Ihres mit einem Messgerät.</translation>
    </message>
    <message>
        <source>Modelled power at rest</source>
        <translation>Modellierte Leistung in Ruhe</translation>
    </message>
    <message>
        <source>and for every busy core</source>
        <translation>und für jeden beschäftigten Kern</translation>
    </message>
    <message>
        <source>{camera} is not in the file: the command line named it.</source>
        <translation>{camera} steht nicht in der Datei: die Befehlszeile hat sie genannt.</translation>
    </message>
    <message>
        <source>At the next start, {camera}</source>
        <translation>Beim nächsten Start, {camera}</translation>
    </message>
    <message>
        <source>chosen automatically</source>
        <translation>automatisch gewählt</translation>
    </message>
    <message>
        <source>none, only the picture</source>
        <translation>keines, nur das Bild</translation>
    </message>
    <message>
        <source>that of all cameras</source>
        <translation>das aller Kameras</translation>
    </message>
    <message>
        <source>{source} with its password stays until you enter another one.</source>
        <translation>{source} bleibt mit ihrem Passwort, bis Sie eine andere eingeben.</translation>
    </message>
    <message>
        <source>saved</source>
        <translation>gespeichert</translation>
    </message>
    <message>
        <source>saved, for the next start</source>
        <translation>gespeichert, für den nächsten Start</translation>
    </message>
</context>
<context>
    <name>SnapshotSaver</name>
    <message>
        <source>no snapshot: {reason}</source>
        <translation>kein Schnappschuss: {reason}</translation>
    </message>
    <message>
        <source>no snapshot: there is no picture yet</source>
        <translation>kein Schnappschuss: es gibt noch kein Bild</translation>
    </message>
    <message>
        <source>saved {files}</source>
        <translation>gespeichert: {files}</translation>
    </message>
</context>
<context>
    <name>TabbedPanel</name>
    <message>
        <source>Camera</source>
        <translation>Kamera</translation>
    </message>
    <message>
        <source>Pages of the panel</source>
        <translation>Seiten des Seitenfelds</translation>
    </message>
</context>
<context>
    <name>TriangleWidget</name>
    <message>
        <source>Nothing is measured yet: run “bench”</source>
        <translation>Noch ist nichts gemessen: „bench“ misst</translation>
    </message>
    <message>
        <source>The scenario weighs neither accuracy nor throughput nor power</source>
        <translation>Das Szenario gewichtet weder Genauigkeit noch Durchsatz noch Leistung</translation>
    </message>
    <message>
        <source>Scenario: accuracy {accuracy}, throughput {throughput}, low power {power}: {wins}</source>
        <translation>Szenario: Genauigkeit {accuracy}, Durchsatz {throughput}, Sparsamkeit {power}: {wins}</translation>
    </message>
</context>
<context>
    <name>ZoneBar</name>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Labels, or all</source>
        <translation>Bezeichnungen oder alle</translation>
    </message>
    <message>
        <source>Of which things it is: person, car</source>
        <translation>Für welche Dinge sie gilt: person, car</translation>
    </message>
    <message>
        <source>remove</source>
        <translation>entfernen</translation>
    </message>
    <message>
        <source>new zone</source>
        <translation>neue Zone</translation>
    </message>
    <message>
        <source>cancel</source>
        <translation>abbrechen</translation>
    </message>
    <message>
        <source>save</source>
        <translation>speichern</translation>
    </message>
</context>
<context>
    <name>ZoneEditor</name>
    <message>
        <source>zone</source>
        <translation>Zone</translation>
    </message>
    <message>
        <source>Zones of {camera}</source>
        <translation>Zonen von {camera}</translation>
    </message>
    <message>
        <source>A zone has at least three corners.</source>
        <translation>Eine Zone hat mindestens drei Ecken.</translation>
    </message>
    <message>
        <source>The sides of a zone must not cross.</source>
        <translation>Die Seiten einer Zone dürfen sich nicht kreuzen.</translation>
    </message>
    <message>
        <source>Click the corners in order; Enter or a double-click closes the zone.</source>
        <translation>Klicken Sie die Ecken der Reihe nach; Enter oder ein Doppelklick schließt die Zone.</translation>
    </message>
    <message>
        <source>Drag a corner, or N and the arrow keys; Del removes; Enter saves.</source>
        <translation>Ziehen Sie eine Ecke, oder N und die Pfeiltasten; Entf entfernt; Enter speichert.</translation>
    </message>
    <message>
        <source>Click a new zone&apos;s first corner, or into a zone; Esc cancels.</source>
        <translation>Klicken Sie die erste Ecke einer neuen Zone oder in eine Zone; Esc bricht ab.</translation>
    </message>
</context>
<context>
    <name>ZoneMode</name>
    <message>
        <source>no zones: there is no picture yet</source>
        <translation>keine Zonen: es gibt noch kein Bild</translation>
    </message>
    <message>
        <source>the zones hold until the end of this run: {reason}</source>
        <translation>die Zonen gelten, bis Saccade endet: {reason}</translation>
    </message>
    <message>
        <source>zones saved</source>
        <translation>Zonen gespeichert</translation>
    </message>
</context>
<context>
    <name>bars</name>
    <message>
        <source>Network {network}</source>
        <translation>Netz {network}</translation>
    </message>
</context>
<context>
    <name>choice</name>
    <message>
        <source>by you</source>
        <translation>von Ihnen</translation>
    </message>
    <message>
        <source>by MQTT</source>
        <translation>über MQTT</translation>
    </message>
    <message>
        <source>by the governor</source>
        <translation>vom Regler</translation>
    </message>
    <message>
        <source>by the configuration</source>
        <translation>von der Konfiguration</translation>
    </message>
    <message>
        <source>no network</source>
        <translation>kein Netz</translation>
    </message>
    <message>
        <source>paid: {gain}, expected {expected}</source>
        <translation>gelohnt: {gain}, erwartet {expected}</translation>
    </message>
    <message>
        <source>did not pay: {gain}, expected {expected}</source>
        <translation>nicht gelohnt: {gain}, erwartet {expected}</translation>
    </message>
    <message>
        <source>what it gained cannot be told</source>
        <translation>was er brachte, ist nicht zu sagen</translation>
    </message>
    <message>
        <source>not judged: the next change came first</source>
        <translation>nicht beurteilt: der nächste Wechsel kam zuvor</translation>
    </message>
    <message>
        <source>being judged</source>
        <translation>wird beurteilt</translation>
    </message>
    <message>
        <source>being judged; expected {expected}</source>
        <translation>wird beurteilt; erwartet {expected}</translation>
    </message>
    <message>
        <source>for {scenario}, asked for {by}</source>
        <translation>für {scenario}, gewünscht {by}</translation>
    </message>
    <message>
        <source>{gap} ms without a result</source>
        <translation>{gap} ms ohne Ergebnis</translation>
    </message>
    <message>
        <source>frames overwritten: {count}</source>
        <translation>überschriebene Bilder: {count}</translation>
    </message>
    <message>
        <source>loaded in {load} ms</source>
        <translation>geladen in {load} ms</translation>
    </message>
    <message>
        <source>energy unknown</source>
        <translation>Energie unbekannt</translation>
    </message>
    <message>
        <source>{lead} ahead of {other}, more than the uncertainty</source>
        <translation>{lead} vor {other}, mehr als die Unsicherheit</translation>
    </message>
    <message>
        <source>{lead} ahead of {other}, within the uncertainty</source>
        <translation>{lead} vor {other}, innerhalb der Unsicherheit</translation>
    </message>
    <message>
        <source>{lead} ahead of {other}; the uncertainty is unknown</source>
        <translation>{lead} vor {other}; die Unsicherheit ist unbekannt</translation>
    </message>
    <message>
        <source>{network} runs now</source>
        <translation>{network} läuft jetzt</translation>
    </message>
    <message>
        <source>{network} runs now: figure of merit {gain} expected for {scenario}</source>
        <translation>{network} läuft jetzt: Gütezahl {gain} erwartet für {scenario}</translation>
    </message>
    <message>
        <source>{network} cannot be run: {why}</source>
        <translation>{network} kann nicht laufen: {why}</translation>
    </message>
    <message>
        <source>{network} cannot be run, {kept} stays: {why}</source>
        <translation>{network} kann nicht laufen, {kept} bleibt: {why}</translation>
    </message>
    <message>
        <source>The scenario {scenario} is in force, asked for {by}</source>
        <translation>Das Szenario {scenario} gilt, gewünscht {by}</translation>
    </message>
</context>
<context>
    <name>clauses</name>
    <message>
        <source>{clause}; trying again in {seconds} s</source>
        <translation>{clause}; neuer Versuch in {seconds} s</translation>
    </message>
    <message>
        <source>{clause}; reopening it</source>
        <translation>{clause}; sie wird neu geöffnet</translation>
    </message>
    <message>
        <source>no answer from the camera for {seconds} s</source>
        <translation>seit {seconds} s keine Antwort von der Kamera</translation>
    </message>
    <message>
        <source>{camera} cannot be used: {clause}</source>
        <translation>{camera} ist nicht nutzbar: {clause}</translation>
    </message>
    <message>
        <source>{camera} cannot be started, most likely because another program uses it</source>
        <translation>{camera} lässt sich nicht starten, wahrscheinlich nutzt sie ein anderes Programm</translation>
    </message>
    <message>
        <source>{camera} sends no picture that can be decoded</source>
        <translation>{camera} sendet kein Bild, das sich dekodieren lässt</translation>
    </message>
    <message>
        <source>{camera} was unplugged</source>
        <translation>{camera} wurde abgezogen</translation>
    </message>
    <message>
        <source>{camera} has delivered nothing for {seconds} s</source>
        <translation>{camera} hat seit {seconds} s nichts geliefert</translation>
    </message>
    <message>
        <source>{camera} has sent no picture for {seconds} s</source>
        <translation>{camera} hat seit {seconds} s kein Bild gesendet</translation>
    </message>
    <message>
        <source>{camera} has sent nothing for {seconds} s</source>
        <translation>{camera} hat seit {seconds} s nichts gesendet</translation>
    </message>
    <message>
        <source>{camera} has ended the stream</source>
        <translation>{camera} hat den Strom beendet</translation>
    </message>
    <message>
        <source>{camera} has broken the connection</source>
        <translation>{camera} hat die Verbindung abgebrochen</translation>
    </message>
    <message>
        <source>{camera} breaks off the connection</source>
        <translation>{camera} bricht die Verbindung ab</translation>
    </message>
    <message>
        <source>{camera} does not answer in time</source>
        <translation>{camera} antwortet nicht rechtzeitig</translation>
    </message>
    <message>
        <source>{camera} cannot be reached: no machine is known as {host}</source>
        <translation>{camera} ist nicht erreichbar: kein Gerät ist als {host} bekannt</translation>
    </message>
    <message>
        <source>{camera} cannot be reached: connection refused</source>
        <translation>{camera} ist nicht erreichbar: die Verbindung wurde abgelehnt</translation>
    </message>
    <message>
        <source>{camera} cannot be reached: {reason}</source>
        <translation>{camera} ist nicht erreichbar: {reason}</translation>
    </message>
    <message>
        <source>{camera} refuses the user name or the password</source>
        <translation>{camera} lehnt Benutzer oder Passwort ab</translation>
    </message>
    <message>
        <source>{camera} has no stream of that path</source>
        <translation>{camera} hat keinen Strom unter diesem Pfad</translation>
    </message>
    <message>
        <source>there is no video file {path}</source>
        <translation>es gibt keine Videodatei {path}</translation>
    </message>
    <message>
        <source>the video {path} may not be read by this user</source>
        <translation>das Video {path} darf dieser Benutzer nicht lesen</translation>
    </message>
    <message>
        <source>the video {path} is empty (0 bytes)</source>
        <translation>das Video {path} ist leer (0 Bytes)</translation>
    </message>
    <message>
        <source>loading the network</source>
        <translation>das Netz wird geladen</translation>
    </message>
    <message>
        <source>the network has not answered for {seconds} s</source>
        <translation>das Netz hat seit {seconds} s nicht geantwortet</translation>
    </message>
    <message>
        <source>nothing was measured that could be chosen from</source>
        <translation>es ist nichts gemessen, woraus gewählt werden könnte</translation>
    </message>
    <message>
        <source>{network} is as good</source>
        <translation>{network} ist ebenso gut</translation>
    </message>
    <message>
        <source>{network} is better by {lead}, which is within the uncertainty</source>
        <translation>{network} ist um {lead} besser, das liegt innerhalb der Unsicherheit</translation>
    </message>
    <message>
        <source>{network} is better by {lead}, which is not worth a change</source>
        <translation>{network} ist um {lead} besser, das lohnt keinen Wechsel</translation>
    </message>
    <message>
        <source>the watts are modelled, not measured</source>
        <translation>die Watt sind modelliert, nicht gemessen</translation>
    </message>
    <message>
        <source>counted at the camera&apos;s {rate} frames a second</source>
        <translation>gezählt bei den {rate} Bildern je Sekunde der Kamera</translation>
    </message>
    <message>
        <source>{asked} of {cores} cores for {count} cameras</source>
        <translation>{asked} von {cores} Kernen für {count} Kameras</translation>
    </message>
    <message>
        <source>{clause}; Esc skips</source>
        <translation>{clause}; Esc überspringt</translation>
    </message>
    <message>
        <source>measuring which network runs best here: {network}, {seconds} s left</source>
        <translation>es wird gemessen, welches Netz hier am besten läuft: {network}, noch {seconds} s</translation>
    </message>
    <message>
        <source>{clause}, so that each gets {part} of its frames</source>
        <translation>{clause}, sodass jede {part} ihrer Bilder bekommt</translation>
    </message>
    <message>
        <source>there is no {path} (is it plugged in?)</source>
        <translation>es gibt kein {path} (ist sie eingesteckt?)</translation>
    </message>
    <message>
        <source>another program uses {path}</source>
        <translation>ein anderes Programm nutzt {path}</translation>
    </message>
    <message>
        <source>this user may not open {path}; join the group video and log in again</source>
        <translation>dieser Benutzer darf {path} nicht öffnen; er muss in die Gruppe video, danach neu anmelden</translation>
    </message>
    <message>
        <source>{asked} of 1 core for one camera</source>
        <translation>{asked} von 1 Kern für eine Kamera</translation>
    </message>
    <message>
        <source>{asked} of {cores} cores for one camera</source>
        <translation>{asked} von {cores} Kernen für eine Kamera</translation>
    </message>
    <message>
        <source>{asked} of 1 core for {count} cameras</source>
        <translation>{asked} von 1 Kern für {count} Kameras</translation>
    </message>
    <message>
        <source>chosen for all cameras together, which share {cores} cores</source>
        <translation>für alle Kameras zusammen gewählt, die sich {cores} Kerne teilen</translation>
    </message>
    <message>
        <source>{clause}; the watts are of the whole machine</source>
        <translation>{clause}; die Watt sind die der ganzen Maschine</translation>
    </message>
    <message>
        <source>accuracy</source>
        <translation>Genauigkeit</translation>
    </message>
    <message>
        <source>throughput</source>
        <translation>Durchsatz</translation>
    </message>
    <message>
        <source>power</source>
        <translation>Leistung</translation>
    </message>
    <message>
        <source>memory</source>
        <translation>Speicher</translation>
    </message>
    <message>
        <source>latency</source>
        <translation>Latenz</translation>
    </message>
    <message>
        <source>unknown</source>
        <translation>unbekannt</translation>
    </message>
    <message>
        <source>its {clause} is unknown</source>
        <translation>{clause} unbekannt</translation>
    </message>
    <message>
        <source>its accuracy is unknown, and at least {least} is asked for</source>
        <translation>Genauigkeit unbekannt, verlangt ist mindestens {least}</translation>
    </message>
    <message>
        <source>its power is unknown, and at most {most} W is allowed</source>
        <translation>Leistung unbekannt, erlaubt sind höchstens {most} W</translation>
    </message>
    <message>
        <source>accuracy {found} is under the {least} asked for</source>
        <translation>Genauigkeit {found}, verlangt ist mindestens {least}</translation>
    </message>
    <message>
        <source>{found} fps is under the {least} fps asked for</source>
        <translation>{found} fps, verlangt sind mindestens {least}</translation>
    </message>
    <message>
        <source>{found} W is over the {most} W allowed</source>
        <translation>{found} W, erlaubt sind höchstens {most} W</translation>
    </message>
    <message>
        <source>measured on another platform: {platform}</source>
        <translation>auf einer anderen Plattform gemessen: {platform}</translation>
    </message>
    <message>
        <source>its accuracy is {clause}, that of the ranking is {clause2}</source>
        <translation>seine Genauigkeit ist {clause}, die der Rangliste {clause2}</translation>
    </message>
    <message>
        <source>its power is {clause}, that of the ranking is {clause2}</source>
        <translation>seine Leistung ist {clause}, die der Rangliste {clause2}</translation>
    </message>
    <message>
        <source>it detects objects; what classifies whole images is ranked</source>
        <translation>es findet Objekte; gereiht wird, was ganze Bilder einordnet</translation>
    </message>
    <message>
        <source>it classifies whole images; what detects objects is ranked</source>
        <translation>es ordnet ganze Bilder ein; gereiht wird, was Objekte findet</translation>
    </message>
    <message>
        <source>it detects objects; what classifies whole images was asked for</source>
        <translation>es findet Objekte; verlangt ist, was ganze Bilder einordnet</translation>
    </message>
    <message>
        <source>it classifies whole images; what detects objects was asked for</source>
        <translation>es ordnet ganze Bilder ein; verlangt ist, was Objekte findet</translation>
    </message>
    <message>
        <source>it leaves the other cameras {part} of their frames, too few for them</source>
        <translation>es lässt den anderen Kameras {part} ihrer Bilder, zu wenige für sie</translation>
    </message>
    <message>
        <source>{scenario} by you</source>
        <translation>{scenario}, von Ihnen gewünscht</translation>
    </message>
    <message>
        <source>{scenario} by MQTT</source>
        <translation>{scenario}, über MQTT gewünscht</translation>
    </message>
    <message>
        <source>{scenario} by the governor ({reason})</source>
        <translation>{scenario}, vom Regler gewünscht ({reason})</translation>
    </message>
    <message>
        <source>{scenario} by default</source>
        <translation>{scenario}, wie eingestellt</translation>
    </message>
    <message>
        <source>there are new measurements</source>
        <translation>es gibt neue Messungen</translation>
    </message>
    <message>
        <source>what disappointed may be tried again</source>
        <translation>was enttäuscht hat, darf noch einmal versucht werden</translation>
    </message>
    <message>
        <source>the other cameras&apos; networks have changed</source>
        <translation>die Netze der anderen Kameras haben gewechselt</translation>
    </message>
    <message>
        <source>the camera delivers {rate} frames a second</source>
        <translation>die Kamera liefert {rate} Bilder pro Sekunde</translation>
    </message>
    <message>
        <source>{candidate} cannot be run ({reason})</source>
        <translation>{candidate} kann nicht laufen ({reason})</translation>
    </message>
    <message>
        <source>{clause} misses what was expected, {rate}</source>
        <translation>{clause} verfehlt, was erwartet war: {rate}</translation>
    </message>
    <message>
        <source>{candidate} (accuracy {figures})</source>
        <translation>{candidate} (Genauigkeit {figures})</translation>
    </message>
    <message>
        <source>{clause}: {clause2} instead of {clause3}, figure of merit {gain}</source>
        <translation>{clause}: {clause2} statt {clause3}, Gütezahl {gain}</translation>
    </message>
    <message>
        <source>no candidate is left for {scenario}: {clause}</source>
        <translation>für {scenario} bleibt kein Kandidat: {clause}</translation>
    </message>
    <message>
        <source>{count} of {all} accuracies are declared, not measured</source>
        <translation>{count} von {all} Genauigkeiten sind angegeben, nicht gemessen</translation>
    </message>
    <message>
        <source>measured ({where})</source>
        <translation>gemessen ({where})</translation>
    </message>
    <message>
        <source>modelled ({where})</source>
        <translation>modelliert ({where})</translation>
    </message>
    <message>
        <source>{clause}: {clause2}; {candidate} is not allowed: {clause3}</source>
        <translation>{clause}: {clause2}; {candidate} ist nicht erlaubt: {clause3}</translation>
    </message>
    <message>
        <source>{clause}: {clause2}; {candidate} was not measured</source>
        <translation>{clause}: {clause2}; {candidate} wurde nicht gemessen</translation>
    </message>
</context>
<context>
    <name>explain</name>
    <message>
        <source>How the processor is used</source>
        <translation>Wie der Prozessor genutzt wird</translation>
    </message>
    <message>
        <source>Processor time per frame</source>
        <translation>Prozessorzeit je Bild</translation>
    </message>
    <message>
        <source>Spearman&apos;s ρ with its 95 % interval</source>
        <translation>Spearmans ρ mit seinem 95-%-Intervall</translation>
    </message>
    <message>
        <source>the network&apos;s own</source>
        <translation>des Netzes selbst</translation>
    </message>
    <message>
        <source>the kernel&apos;s</source>
        <translation>des Kernels</translation>
    </message>
    <message>
        <source>with throughput (filled: it holds)</source>
        <translation>mit dem Durchsatz (gefüllt: gesichert)</translation>
    </message>
    <message>
        <source>with power (filled: it holds)</source>
        <translation>mit der Leistung (gefüllt: gesichert)</translation>
    </message>
</context>
<context>
    <name>networks</name>
    <message>
        <source>licence {licence}</source>
        <translation>Lizenz {licence}</translation>
    </message>
    <message>
        <source>from {server}</source>
        <translation>von {server}</translation>
    </message>
    <message>
        <source>size unknown</source>
        <translation>Größe unbekannt</translation>
    </message>
    <message>
        <source>{size} MB</source>
        <translation>{size} MB</translation>
    </message>
    <message>
        <source>{done} of {size} MB</source>
        <translation>{done} von {size} MB</translation>
    </message>
    <message>
        <source>finds things</source>
        <translation>findet Dinge</translation>
    </message>
    <message>
        <source>names the picture</source>
        <translation>benennt das Bild</translation>
    </message>
    <message>
        <source>{metric} {value} measured</source>
        <translation>{metric} {value} gemessen</translation>
    </message>
    <message>
        <source>{metric} {value} declared</source>
        <translation>{metric} {value} angegeben</translation>
    </message>
</context>
<context>
    <name>panel</name>
    <message>
        <source>Choice</source>
        <translation>Wahl</translation>
    </message>
    <message>
        <source>Charts</source>
        <translation>Verlauf</translation>
    </message>
    <message>
        <source>Networks</source>
        <translation>Netze</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Optionen</translation>
    </message>
</context>
<context>
    <name>triangle</name>
    <message>
        <source>Accuracy</source>
        <translation>Genauigkeit</translation>
    </message>
    <message>
        <source>Throughput</source>
        <translation>Durchsatz</translation>
    </message>
    <message>
        <source>Low power</source>
        <translation>Sparsamkeit</translation>
    </message>
    <message>
        <source>{name} (unknown)</source>
        <translation>{name} (unbekannt)</translation>
    </message>
    <message>
        <source>network · engine</source>
        <translation>Netz · Laufzeit</translation>
    </message>
    <message>
        <source>wins</source>
        <translation>gewinnt</translation>
    </message>
    <message>
        <source>accuracy</source>
        <translation>Genauigkeit</translation>
    </message>
    <message>
        <source>fps</source>
        <translation>fps</translation>
    </message>
    <message>
        <source>W</source>
        <translation>W</translation>
    </message>
    <message>
        <source>Which network wins in which scenario</source>
        <translation>Welches Netz in welchem Szenario gewinnt</translation>
    </message>
    <message>
        <source>{winner} wins</source>
        <translation>{winner} gewinnt</translation>
    </message>
    <message>
        <source>{winner} wins, {lead} ahead of {runner_up}</source>
        <translation>{winner} gewinnt, {lead} vor {runner_up}</translation>
    </message>
    <message>
        <source>wins {share} of all scenarios</source>
        <translation>gewinnt {share} aller Szenarien</translation>
    </message>
    <message>
        <source>accuracy ≥ {least}</source>
        <translation>Genauigkeit ≥ {least}</translation>
    </message>
    <message>
        <source>The white point is the scenario {name}.</source>
        <translation>Der weiße Punkt ist das Szenario {name}.</translation>
    </message>
    <message>
        <source>Candidates that win somewhere: {some} of {all}.</source>
        <translation>Kandidaten, die irgendwo gewinnen: {some} von {all}.</translation>
    </message>
    <message>
        <source>Level with one of them on an edge or in a corner: {count}.</source>
        <translation>Gleichauf mit einem davon an einem Rand oder in einer Ecke: {count}.</translation>
    </message>
    <message>
        <source>Not ranked: {count}.</source>
        <translation>Ohne Rang: {count}.</translation>
    </message>
    <message>
        <source>Watts: {origin}.</source>
        <translation>Watt: {origin}.</translation>
    </message>
    <message>
        <source>Platform: {name}.</source>
        <translation>Plattform: {name}.</translation>
    </message>
    <message>
        <source>“wins” is its part of all scenarios.</source>
        <translation>„gewinnt“ ist ihr Teil aller Szenarien.</translation>
    </message>
    <message>
        <source>Each point is a scenario: nearer to a corner, its figure counts more.</source>
        <translation>Jeder Punkt ist ein Szenario: näher an einer Ecke zählt deren Größe mehr.</translation>
    </message>
    <message>
        <source>Its area is that of the network and engine with the most merit, {merit}.</source>
        <translation>Seine Fläche ist die von Netz und Laufzeit mit der größten Güte, {merit}.</translation>
    </message>
</context>
<context>
    <name>words</name>
    <message>
        <source>Starting</source>
        <translation>Startet</translation>
    </message>
    <message>
        <source>Opening the camera and the network.</source>
        <translation>Kamera und Netz werden geöffnet.</translation>
    </message>
    <message>
        <source>Live</source>
        <translation>Live</translation>
    </message>
    <message>
        <source>Waiting for the first picture.</source>
        <translation>Wartet auf das erste Bild.</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>Angehalten</translation>
    </message>
    <message>
        <source>Space resumes.</source>
        <translation>Die Leertaste setzt fort.</translation>
    </message>
    <message>
        <source>Stale</source>
        <translation>Veraltet</translation>
    </message>
    <message>
        <source>Nothing new; waiting for the camera or the network.</source>
        <translation>Nichts Neues; wartet auf die Kamera oder das Netz.</translation>
    </message>
    <message>
        <source>Reconnecting</source>
        <translation>Verbindet neu</translation>
    </message>
    <message>
        <source>The camera is being reopened.</source>
        <translation>Die Kamera wird neu geöffnet.</translation>
    </message>
    <message>
        <source>No camera</source>
        <translation>Keine Kamera</translation>
    </message>
    <message>
        <source>It has delivered no picture yet.</source>
        <translation>Sie hat noch kein Bild geliefert.</translation>
    </message>
    <message>
        <source>Ended</source>
        <translation>Zu Ende</translation>
    </message>
    <message>
        <source>The source has no more pictures.</source>
        <translation>Die Quelle hat keine Bilder mehr.</translation>
    </message>
    <message>
        <source>Error</source>
        <translation>Gestört</translation>
    </message>
    <message>
        <source>The camera or the network failed.</source>
        <translation>Die Kamera oder das Netz ist ausgefallen.</translation>
    </message>
    <message>
        <source>age {p50} / {p95} ms</source>
        <translation>Alter {p50} / {p95} ms</translation>
    </message>
    <message>
        <source>{p50} ms</source>
        <translation>{p50} ms</translation>
    </message>
    <message>
        <source>camera {fps} fps</source>
        <translation>Kamera {fps} fps</translation>
    </message>
    <message>
        <source>network {fps} fps</source>
        <translation>Netz {fps} fps</translation>
    </message>
    <message>
        <source>{fps} fps</source>
        <translation>{fps} fps</translation>
    </message>
    <message>
        <source>(p50 / p95)</source>
        <translation>(p50 / p95)</translation>
    </message>
    <message>
        <source>network —</source>
        <translation>Netz —</translation>
    </message>
    <message>
        <source>no network: models pull fastestdet</source>
        <translation>kein Netz: models pull fastestdet</translation>
    </message>
    <message>
        <source>no network</source>
        <translation>kein Netz</translation>
    </message>
    <message>
        <source>W —</source>
        <translation>W —</translation>
    </message>
    <message>
        <source>{watts} W modelled</source>
        <translation>{watts} W modelliert</translation>
    </message>
    <message>
        <source>{watts} W measured</source>
        <translation>{watts} W gemessen</translation>
    </message>
    <message>
        <source>power unknown: no sensor</source>
        <translation>Leistung unbekannt: kein Sensor</translation>
    </message>
    <message>
        <source>{watts}: no sensor on this machine</source>
        <translation>{watts}: kein Sensor in diesem Gerät</translation>
    </message>
    <message>
        <source>board</source>
        <translation>Platine</translation>
    </message>
    <message>
        <source>processor package</source>
        <translation>Prozessor</translation>
    </message>
    <message>
        <source>supply rails</source>
        <translation>Versorgungsschienen</translation>
    </message>
    <message>
        <source>MQTT off</source>
        <translation>MQTT aus</translation>
    </message>
    <message>
        <source>MQTT {broker}</source>
        <translation>MQTT {broker}</translation>
    </message>
    <message>
        <source>MQTT {broker}: {message}</source>
        <translation>MQTT {broker}: {message}</translation>
    </message>
    <message>
        <source>not connected</source>
        <translation>nicht verbunden</translation>
    </message>
    <message>
        <source>MQTT not connected</source>
        <translation>MQTT nicht verbunden</translation>
    </message>
    <message>
        <source>{live} of {all} cameras live</source>
        <translation>{live} von {all} Kameras live</translation>
    </message>
    <message>
        <source>{heat} °C</source>
        <translation>{heat} °C</translation>
    </message>
</context>
</TS>
