"""Names that fit: forenames and surnames of five communities of England and Wales, commonest first."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

FORENAMES: Mapping[str, Mapping[str, str]] = {
    "british": {
        "M": """David John Paul Michael James Andrew Mark Christopher Robert Stephen Daniel Matthew Thomas Richard Lee Ryan Liam
        Jack Craig Jamie Adam Anthony Peter Simon Kevin Gary Darren Wayne Dean Luke Joshua Nathan Scott Ashley Shane Kieran
        Connor Callum Jordan Aaron Martin Ian Alan Barry Terence Keith Colin Neil Stuart Graham Kenneth Raymond Leslie Trevor
        Sean Patrick Benjamin Samuel George Harry Charlie Alfie Oliver William Edward Philip Nicholas Jonathan Carl Karl
        Jason Damian Marcus Gareth Russell Howard Clive Roy""",
        "F": """Sarah Emma Claire Laura Rebecca Susan Karen Nicola Julie Tracey Lisa Michelle Samantha Kelly Amanda Joanne
        Jennifer Stacey Gemma Danielle Charlotte Amy Lauren Jessica Chloe Katie Leanne Natalie Victoria Louise Rachel Hannah
        Sophie Donna Debbie Jacqueline Margaret Patricia Linda Christine Elizabeth Helen Angela Alison Carol Deborah Sharon
        Lorraine Maria Kerry Natasha Kirsty Jade Bethany Abigail Megan Lucy Holly Georgia Paige Shannon Kayleigh Zoe Heather
        Tina Wendy Janet Maureen Sandra Pauline""",
    },
    "welsh": {
        "M": "Rhys Dylan Gareth Huw Ieuan Owain Geraint Emyr Aled Gethin Iwan Llewellyn Morgan Tomos Dafydd Steffan Rhodri Alun Evan Glyn",
        "F": "Sian Bethan Carys Megan Rhian Angharad Nia Cerys Ffion Catrin Lowri Elin Gwen Eleri Mair Delyth Seren Haf Menna Eira",
    },
    "south_asian": {
        "M": """Mohammed Muhammad Ahmed Ali Imran Hassan Usman Bilal Tariq Adeel Kamran Rashid Harpreet Gurpreet Rajesh Sanjay
        Amit Abdul Zahid Faisal Hamza Nadeem Arjun Vikram Shahid""",
        "F": """Fatima Aisha Zainab Nasreen Shabnam Saima Rukhsana Priya Anjali Sunita Harjit Jaspreet Parveen Nadia Sana Amina
        Shazia Farah Meera Kavita Bushra Yasmin Noreen Rupinder Simran""",
    },
    "black": {
        "M": """Jerome Tyrone Leroy Winston Delroy Kwame Kofi Emmanuel Samuel Ibrahim Abdi Mohamed Tunde Chidi Emeka Desmond
        Jermaine Marlon Dwayne Andre Malachi Isaiah Femi Yusuf Clinton""",
        "F": """Grace Blessing Patience Mercy Abena Akosua Ngozi Chioma Adaeze Latoya Shanice Keisha Beverley Marcia Yvonne
        Monique Folake Amara Hodan Ayaan Shanelle Naomi Esther Comfort Joy""",
    },
    "east_european": {
        "M": "Piotr Krzysztof Tomasz Marcin Pawel Andrzej Lukasz Ionut Andrei Mihai Vasile Marius Darius Tomas Vytautas Janis Ivan Georgi Stefan Zoltan",
        "F": "Agnieszka Katarzyna Anna Malgorzata Monika Magdalena Elena Ioana Mihaela Andreea Daiva Rasa Ieva Olga Svetlana Ivana Petra Zsuzsanna Renata Dorota",
    },
}  # fmt: skip

_SURNAMES: Mapping[str, str] = {
    "british": """Smith Jones Taylor Brown Williams Wilson Johnson Davies Robinson Wright Thompson Evans Walker White Roberts Green
    Hall Wood Jackson Clarke Harris Clark Lewis Martin Cooper King Turner Hill Ward Moore Baker Harrison Morris Mitchell Allen
    Young Morgan Lee Watson Phillips Parker Bennett Price Davis Carter Griffiths Cook Edwards Collins Bailey Hughes Shaw
    Richardson Cox Marshall Simpson Murphy Adams Ellis Anderson Webb Foster Gray Chapman Campbell Mason Hunt Rogers Kelly
    Holmes Palmer Mills Barnes Knight Lloyd Matthews Butler Russell Barker Fisher Stevens Murray Dixon Harvey Graham Pearson
    Fletcher Walsh Gibson Howard Andrews Stewart Elliott Reynolds Payne Fox Ford Saunders Day Brooks West Lawrence Atkinson
    Bradley Spencer Watts Burton Wells Dawson Francis Rose Cole Perry Gardner Hawkins Nicholson Ryan O'Brien O'Connor O'Neill
    McDonald McCarthy McLean MacDonald Doyle Byrne Gallagher Kennedy Doherty Quinn""",
    "welsh": "Jones Davies Williams Evans Thomas Roberts Lewis Hughes Morgan Griffiths Edwards Owen James Rees Price Jenkins Lloyd Powell Parry Pritchard Howells Bowen Prosser Vaughan Gwynne",
    "south_asian": """Khan Ahmed Hussain Patel Singh Ali Begum Kaur Shah Akhtar Mahmood Iqbal Malik Rahman Mirza Sharma Chowdhury
    Miah Uddin Bibi Sandhu Gill Dhillon Bhatti Rehman Aslam Shaikh Qureshi Butt Sidhu Desai Mistry Rashid Javed Nawaz""",
    "black": """Campbell Williams Brown Mensah Osei Boateng Owusu Okafor Adeyemi Okonkwo Eze Abdi Mohamed Hassan Warsame Johnson
    Grant Francis Clarke Bailey Samuels Thomas Joseph Charles Henry Asante Appiah Addo Nwosu Balogun Ogunleye Bangura Kamara
    Sesay Conteh""",
    "east_european": """Nowak Kowalski Wisniewski Wojcik Kaminski Lewandowski Zielinski Szymanski Popescu Ionescu Popa Radu
    Dumitru Stan Stoica Kazlauskas Jankauskas Petrauskas Ozols Berzins Horvath Kovacs Novak Dvorak Petrov Ivanov Dimitrov
    Georgiev Todorov Marinov""",
}  # fmt: skip

_BEGINNINGS = [
    "Ash",
    "Black",
    "Brad",
    "Brook",
    "Burn",
    "Clay",
    "Clif",
    "Copp",
    "Cran",
    "Crom",
    "Dal",
    "Den",
    "Dun",
    "East",
    "Elm",
    "Fair",
    "Farn",
    "Green",
    "Had",
    "Hal",
    "Hart",
    "Haw",
    "Hazel",
    "Heath",
    "Hol",
    "Kings",
    "Lang",
    "Lin",
    "Long",
    "Marl",
    "Mid",
    "Mill",
    "Nor",
    "Oak",
    "Old",
    "Park",
    "Pen",
    "Red",
    "Rock",
    "Rad",
    "Sand",
    "Shel",
    "Stan",
    "Stock",
    "Sut",
    "Thorn",
    "Wal",
    "War",
    "Wat",
    "West",
    "Whit",
    "Wil",
    "Win",
    "Wood",
    "Wor",
]
_ENDINGS = [
    "bury",
    "by",
    "combe",
    "cote",
    "croft",
    "dale",
    "den",
    "field",
    "ford",
    "ham",
    "hurst",
    "land",
    "ley",
    "man",
    "more",
    "ridge",
    "shaw",
    "side",
    "stead",
    "ton",
    "wall",
    "water",
    "well",
    "wick",
    "wood",
    "worth",
]

COMMUNITIES = ("british", "welsh", "south_asian", "black", "east_european")
ETHNICITY = {
    "british": "White",
    "welsh": "White",
    "south_asian": "Asian",
    "black": "Black",
    "east_european": "White",
}

NICKNAMES: Mapping[str, str] = {
    "David": "Dave", "Michael": "Mick", "Christopher": "Chris", "Robert": "Rob", "Stephen": "Steve", "Daniel": "Danny",
    "Matthew": "Matt", "Thomas": "Tom", "Richard": "Rich", "Anthony": "Tony", "Andrew": "Andy", "Joshua": "Josh",
    "Benjamin": "Ben", "Samuel": "Sam", "Nicholas": "Nick", "Jonathan": "Jon", "Edward": "Eddie", "William": "Bill",
    "James": "Jim", "Terence": "Terry", "Samantha": "Sam", "Rebecca": "Becky", "Nicola": "Nicky", "Jennifer": "Jenny",
    "Deborah": "Debbie", "Elizabeth": "Liz", "Patricia": "Pat", "Christine": "Chris", "Victoria": "Vicky", "Katie": "Kate",
    "Jacqueline": "Jackie", "Mohammed": "Mo", "Muhammad": "Mo", "Gareth": "Gaz", "Kenneth": "Ken", "Leslie": "Les",
}  # fmt: skip


@cache
def forenames(community: str, sex: str) -> tuple[str, ...]:
    """Commonest first."""
    return tuple(FORENAMES[community][sex].split())


@cache
def surnames(community: str) -> tuple[str, ...]:
    """Commonest first; the long tail of British and Welsh surnames is put together from the parts of place names."""
    listed = tuple(_SURNAMES[community].split())
    if community not in ("british", "welsh"):
        return listed
    tail = (begin + end for end in _ENDINGS for begin in _BEGINNINGS)
    return listed + tuple(name for name in tail if name not in listed)
