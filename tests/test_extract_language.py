"""Languages, of whole texts and of single sentences."""

from __future__ import annotations

import pytest

from tracker.extract.language import detect

SENTENCES = {
    "en": "You may ask us to delete the data that we hold about you.",
    "ru": "Вы можете попросить нас удалить данные, которые мы о вас храним.",
    "fr": "Vous pouvez nous demander de supprimer les données que nous détenons à votre sujet.",
    "de": "Sie können uns bitten, die über Sie gespeicherten Daten zu löschen.",
    "es": "Puede pedirnos que eliminemos los datos que tenemos sobre usted en cualquier momento.",
    "it": "Può chiederci di cancellare i dati che conserviamo su di Lei in qualsiasi momento.",
    "nl": "U kunt ons vragen om de gegevens die wij over u bewaren te verwijderen.",
    "pt": "Você pode nos pedir para apagar os dados que mantemos sobre você a qualquer momento.",
    "pl": "Mogą Państwo poprosić nas o usunięcie danych, które przechowujemy na Państwa temat.",
    "uk": "Ви можете попросити нас видалити дані, які ми про вас зберігаємо.",
    "bg": "Можете да поискате от нас да изтрием данните, които съхраняваме за вас.",
    "cs": "Můžete nás požádat o vymazání údajů, které o vás uchováváme.",
    "sk": "Môžete nás požiadať o vymazanie údajov, ktoré o vás uchovávame.",
    "sv": "Du kan be oss att radera de uppgifter som vi har om dig.",
    "da": "Du kan bede os om at slette de oplysninger, som vi har om dig.",
    "no": "Du kan be oss om å slette opplysningene som vi har om deg.",
    "fi": "Voit pyytää meitä poistamaan tiedot, joita meillä on sinusta ja tilistäsi.",
    "ro": "Puteți să ne cereți să ștergem datele pe care le deținem despre dumneavoastră.",
    "hu": "Kérheti tőlünk, hogy töröljük az Önről tárolt személyes adatokat.",
    "tr": "Hakkınızda tuttuğumuz kişisel verilerin silinmesini bizden isteyebilirsiniz ve bu ücretsizdir.",
    "el": "Μπορείτε να μας ζητήσετε να διαγράψουμε τα δεδομένα σας.",
    "ar": "يمكنك أن تطلب منا حذف البيانات التي نحتفظ بها عنك في أي وقت.",
    "he": "אתם יכולים לבקש מאיתנו למחוק את המידע שיש לנו עליכם.",
    "zh": "您可以要求我们删除我们持有的有关您的数据。",
    "ja": "お客様は、当社が保有するお客様のデータの削除を求めることができます。",
    "ko": "귀하는 당사가 보유한 귀하의 데이터 삭제를 요청할 수 있습니다.",
}


@pytest.mark.parametrize("language", SENTENCES)
def test_a_sentence_is_enough(language: str) -> None:
    assert detect(SENTENCES[language]) == language


@pytest.mark.parametrize(
    "text", ["", "12345 67890", "https://acme.example/en/the/and/of", "Salesforce HubSpot Zendesk"]
)
def test_what_cannot_be_told_is_undetermined(text: str) -> None:
    assert detect(text) == "und"
