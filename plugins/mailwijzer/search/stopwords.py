"""What questions are made of besides their subject. Whoosh's lists were made for statements."""

from __future__ import annotations

MORE = {
    "en": (
        "also although any anybody anyone anything could dear does doesn don else even ever every get gets "
        "getting got hello hi how however isn let like ll may maybe might much must need needs one please "
        "possible really seem seems shall since somebody someone something somehow still thank thanks "
        "tried try trying understand ve want wants way whether would wouldn yes yet use used using make "
        "makes made always never correct correctly properly problem issue question help know mean means "
        "happen happens"
    ),
    "nl": (
        "aub allemaal alvast begrijp beste bedankt betekent bent daarna dank eigenlijk enkel erg even "
        "eventueel gaan gaat gebeurt gebruik gebruiken ging gewoon goed graag gaat hallo hen helemaal heel "
        "hoeft hoor hulp iedereen ineens jij jou jouw jullie kun kunt lijkt lukt maken maak maakt mag "
        "misschien moeten moest nodig nooit ooit opeens probeer probleem reeds snap soms steeds "
        "telkens terwijl toe vaak via vraag waar waarin waarmee waarom waarvoor wanneer wel welk welke "
        "weet weten weer wij wilde willen zeggen zegt ziet zie zou zouden zowel zulke gedaan doe doet juist "
        "juiste alleen hetzelfde elkaar"
    ),
}
"""By language. Words that can be a subject of their own (`open`, `send`, `fout`) stay out."""
