"""The window's texts in other languages, in Qt's own way.

`saccade_<language>.ts` is written by people and by `make translations`, which finds new texts;
`saccade_<language>.qm` is what Qt reads of it. English stands in the code.
"""

from __future__ import annotations

from pathlib import Path

from PyQt5.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

FOLDER = Path(__file__).parent
AUTO = "auto"


def install(application: QCoreApplication, language: str = AUTO) -> None:
    """Speak *language*, "de" for instance; "auto" is that of the user's desktop.

    What has no translation stays English. Call it before the first widget is made, whose texts are
    asked for only once.
    """
    locale = QLocale.system() if language == AUTO else QLocale(language)
    # Qt's own words, on the buttons of its dialogues, first: ours go before them.
    for name, folder in (
        ("qtbase", QLibraryInfo.location(QLibraryInfo.TranslationsPath)),
        ("saccade", str(FOLDER)),
    ):
        translator = QTranslator(application)
        if translator.load(locale, name, "_", folder):
            application.installTranslator(translator)
