"""Invented people's and companies' names, and the domains they write from."""


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


FIRST = {
    "en": _words(
        "Amelia Jack Olivia George Isla Harry Emily Noah Grace Oscar Freya Leo Poppy Arthur "
        "Ruby Alfie Evie Charlie Daisy Henry Sophie Thomas Chloe William Hannah Joshua Lucy "
        "Samuel Molly Daniel Katie Adam Rachel Luke Megan Ryan Laura Nathan Jessica Kieran Amy "
        "Owen Zara Imran Aisling Yusuf Nadia Kofi Simran Arjun Leila Tariq Mei Dominic Fiona "
        "Graham Helen Keith Maureen Stuart Wendy Trevor Sandra"
    ),
    "cy": _words(
        "Rhys Carys Gethin Nia Ieuan Bronwen Dylan Ffion Emyr Catrin Llew Seren Idris Angharad "
        "Hywel Lowri Iwan Mari Gwilym Eleri"
    ),
    "pl": _words(
        "Agnieszka Piotr Katarzyna Tomek Magdalena Pawel Ewa Jakub Joanna Krzysztof Beata "
        "Michal Dorota Wojciech Zofia Grzegorz Hanna Adrian Natalia Rafal"
    ),
}
LAST = {
    "en": _words(
        "Ashworth Bailey Barker Begum Bennett Birch Booth Brook Burton Carter Chapman Clarke "
        "Cole Cooper Cross Dawson Dixon Ellis Farrell Fletcher Foster Fox Garner Gibson Grant "
        "Greene Hale Hardy Hayes Holt Hope Hughes Hussain Hutton Iqbal Jarvis Kaur Kendall Khan "
        "Knight Lambert Lane Lowe Marsh Mason Mensah Miller Moran Moss Nolan Norris Owusu Page "
        "Parsons Patel Payne Pearce Perry Porter Quinn Rahman Read Reeves Rhodes Rowe Sands "
        "Shah Sharma Sharpe Shaw Singh Slater Stone Sutton Swift Tanner Todd Turner Vaughan "
        "Walsh Ward Watts West Wilde Yates"
    ),
    "cy": _words(
        "Bevan Bowen Davies Evans Griffiths Howells Jenkins Llewellyn Lloyd Morgan Owen Parry "
        "Powell Prosser Pugh Rees Roberts Thomas Tudor Williams"
    ),
    "pl": _words(
        "Adamska Bielak Czarnecka Dudek Grabowska Jankowski Kaczmarek Kowalska Lis Mazur Nowak "
        "Ostrowska Pawlak Rogala Sikora Szulc Urban Wrona Wilk Zajac"
    ),
}
MAILBOXES = ("postbox.example", "mailhill.example", "inkwell.example", "harbourmail.example")
COMPANY_FIRST = (
    "Alder", "Beacon", "Bluebell", "Castle", "Copper", "Dragon", "Elm", "Fern", "Granite", "Heron",
    "Ivy", "Juniper", "Kestrel", "Lantern", "Marlow", "Nettle", "Orchard", "Penarth", "Quarry",
    "Redwood", "Severn", "Tawny", "Usk", "Valley", "Willow", "Yew", "Amber", "Bridge", "Cedar",
)  # fmt: skip
COMPANY_LAST = ("Bakery", "Lettings")
COMPANY_MORE = ("Plumbing", "Accounts", "Freight", "Physio", "Print", "Roofing", "Studios")


def company_names() -> list[str]:
    """The 58 companies that are not named in the story itself."""
    second = (*COMPANY_LAST, *COMPANY_MORE)
    pairs = [
        f"{first} {second[(place * 2 + turn * 3) % len(second)]}"
        for turn in range(2)
        for place, first in enumerate(COMPANY_FIRST)
    ]
    return pairs[:58]


def slug(text: str) -> str:
    return "".join(letter for letter in text.lower() if letter.isascii() and letter.isalnum())
