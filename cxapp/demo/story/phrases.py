"""What Acme Mobile's customers say: clauses by topic and band, to be filled and joined."""

LOW: dict[str, tuple[str, ...]] = {
    "price": (
        "my plan went up by three pounds a month and nobody asked me",
        "same service, higher price, and Basic customers pay for it",
        "the price rise came in the middle of my contract",
        "three pounds more a month for exactly what I had before",
        "the cheapest plan is not cheap any more",
        "a letter told me I pay more from now on, no reason given",
        "new customers get a better price than I do after {years} years",
        "the increase ate up everything I saved by coming to you",
        "you put Basic up and left the dearer plans alone",
        "I am on Basic because money is tight, and that is where you raised it",
        "nobody could tell me what I get for the higher price",
        "first the bill was wrong and now it is right and higher",
        "raising the smallest plan is taking it from those who have least",
        "the rise is small for you and not for me",
    ),
    "first-bill": (
        "the first bill was {amount} higher than I was quoted",
        "the first bill covered {days} days and nobody had said so",
        "I was told {pounds} a month in the shop and charged {more}",
        "there is a set-up charge on the bill that was never mentioned",
        "I cannot read this bill, two pages and I still do not know why it is {more}",
        "the discount I was promised is missing from the first bill",
        "part of a month, a whole month in advance and a fee: who understands that",
    ),
    "billing-enquiry": (
        "charged twice and told to wait {days} days for the refund",
        "the bill is still wrong after {times} e-mails",
        "I asked why the bill is higher than quoted and got a standard text",
        "since the new billing system nothing adds up",
        "the answer explained somebody else's bill",
        "you took {amount} I do not owe and I have to chase it",
        "the refund was promised for last week and is not there",
        "each reply comes from another person who starts from zero",
    ),
    "phone": (
        "passed around {times} times and had to explain it all again each time",
        "I waited {minutes} minutes and then the line went dead",
        "the person could not see what I had told your colleague on Monday",
        "they read from a script and did not listen",
        "I was promised a call back and it never came",
        "the new desk does not know your own plans",
        "nobody was allowed to decide anything",
        "{minutes} minutes of music, then the wrong department",
        "every call starts with the same ten questions",
    ),
    "live-chat": (
        "the chat closed while I was looking for my account number",
        "waited {minutes} minutes for each reply",
        "{agent} was polite but could not change anything",
        "copied text that had nothing to do with my question",
        "was told to phone in the end, so why offer a chat",
        "had to prove who I am {times} times in one chat",
    ),
    "chat-bot": (
        "the bot does not understand a simple question",
        "it sends the same three links whatever I type",
        "no way to reach a person, I typed it {times} times",
        "the bot went round in circles for {minutes} minutes",
        "it thanked me for solving my problem, which was not solved",
    ),
    "complaint": (
        "nobody owns my complaint, each letter has another name under it",
        "{days} days without a word and then a form letter",
        "I complained about the bill and got an answer about coverage",
        "closed my complaint without asking me",
        "an apology is fine, but the mistake is still there",
        "had to start the complaint again because the notes were lost",
    ),
    "repair": (
        "the phone came back with the same fault",
        "{days} days without a phone and no loan phone",
        "they wiped it without warning me",
        "a scratch that was not there before",
    ),
    "shop-visit": (
        "waited {minutes} minutes while two people stood chatting",
        "was sold a cover I did not ask for",
        "the shop in {branch} could not help, only sell",
        "the phone I had reserved was gone",
    ),
    "network-check-in": (
        "no signal indoors, I have to stand at the window",
        "one bar at home since the mast works, {days} days now",
        "calls drop on the train every single morning",
        "the map says full coverage and my kitchen says none",
        "data crawls in {branch} after five o'clock",
        "coverage inside the house is hopeless",
    ),
    "parcel": (
        "left with a neighbour I have never met",
        "came {days} days late",
        "the box was open when it arrived",
        "I stayed at home for it twice and nobody came",
    ),
    "number-transfer": (
        "my number was dead for {days} days",
        "the code did not work and the page did not say why",
        "had to call {times} times before the number moved",
        "nobody told me when it would happen",
    ),
    "online-order": (
        "the order page lost my basket {times} times",
        "my card was refused and no reason given",
        "could not find where to add my old number",
        "paid and got no confirmation for {days} days",
    ),
    "plan-finder": (
        "it always ends at the dearest plan",
        "too many questions and then three plans that look the same",
        "could not tell what is in the price and what is not",
    ),
    "help-centre": (
        "searched for {minutes} minutes and found only adverts",
        "the article describes a menu that no longer exists",
        "every page ends with call us",
    ),
    "renewal-call": (
        "offered me less than your own website shows",
        "rang at work and pushed for a decision on the spot",
        "what was agreed on the phone is not what came in writing",
    ),
    "general": (
        "I expected more after {years} years",
        "it takes too much effort to get anything put right",
        "one part of the company does not know what the other does",
        "I am looking at other providers",
        "promises are made and not kept",
        "slow to answer and slower to act",
    ),
}
MID: dict[str, tuple[str, ...]] = {
    "price": ("fair service but it has become dear", "would be a 9 without the price rise"),
    "first-bill": ("the first bill needs a plain explanation", "right in the end, hard to read"),
    "billing-enquiry": ("solved, but it took {times} e-mails", "correct answer, slow to come"),
    "phone": (
        "friendly, though I waited {minutes} minutes",
        "helpful person, had to explain everything twice",
        "it was solved on the second call",
    ),
    "live-chat": ("got there in the end", "fine but slow between replies"),
    "chat-bot": ("fine for simple things only", "answered half of my question"),
    "complaint": ("fair outcome, but {days} days is long", "sorted, after I asked again"),
    "repair": ("good repair, a day later than promised", "works again, no word in between"),
    "shop-visit": ("nice people, long queue", "good advice, little choice in {branch}"),
    "network-check-in": (
        "good outside, patchy indoors",
        "fine in town, weak on the train",
        "mostly fine, drops now and then",
    ),
    "parcel": ("arrived a day late but complete", "no time slot, otherwise fine"),
    "number-transfer": ("worked after a reminder", "took a day longer than you said"),
    "online-order": ("a bit long but it worked", "had to start over once"),
    "plan-finder": ("useful, but I missed the prices side by side", "fine once I knew the words"),
    "help-centre": ("found it, three pages deep", "the answer was there but old"),
    "renewal-call": ("good offer, long call", "fine, though I had to ask for the discount"),
    "general": (
        "does what it should, nothing special",
        "good network, average service",
        "no big problems so far",
        "happy enough, the app could be simpler",
        "reliable but not cheap",
        "would be a 9 if the bills were clearer",
        "a loyalty discount would make it a 10",
        "fine for me, less so for my parents",
        "answers could come faster",
        "works well, though {branch} needs better signal",
    ),
}
HIGH: dict[str, tuple[str, ...]] = {
    "first-bill": ("exactly what I was quoted", "clear and to the penny", "easy to check"),
    "billing-enquiry": (
        "{agent} sorted it", "refunded the same day", "explained line by line",
        "one mail and it was done", "{agent} took the time to explain the bill",
    ),
    "phone": (
        "{agent} sorted it in {minutes} minutes", "answered at once, solved at once",
        "{agent} listened and knew what to do", "no waiting, friendly voice",
        "{agent} even rang back to check", "{agent} stayed on the line until it worked",
    ),
    "live-chat": (
        "{agent} sorted it", "quick and clear", "solved while I had my tea",
        "{agent} knew the answer straight away", "done in {minutes} minutes",
    ),
    "chat-bot": ("quick answer, even at night", "did what I needed", "no queue, solved"),
    "complaint": (
        "{agent} took it on and kept me informed", "a real apology and a real fix",
        "one person from start to end",
    ),
    "repair": ("like new", "ready a day early", "{agent} mended it while I waited"),
    "shop-visit": (
        "{agent} was lovely and very patient", "great advice in {branch}",
        "set everything up for my mum", "in and out in {minutes} minutes",
        "{agent} told me honestly I did not need the bigger plan", "friendly and no pressure",
    ),
    "network-check-in": ("full signal everywhere I go", "fast even on the train", "never drops"),
    "parcel": ("next day, well packed", "came when you said", "tracked all the way"),
    "number-transfer": ("number moved overnight", "simple, one text and done"),
    "online-order": ("five minutes and done", "easy from start to end", "clear prices"),
    "plan-finder": ("found the right plan in a minute", "helped me to pay less"),
    "help-centre": ("found it at once", "clear steps with pictures"),
    "renewal-call": (
        "{agent} found me a better plan for less", "no pushing, good offer",
        "kept my price, thank you {agent}",
    ),
    "general": (
        "it just works", "never let me down", "great coverage where I live", "friendly people",
        "good value", "simple and honest", "always a person when I need one",
        "{years} years and no trouble", "fast network", "fair prices", "easy to reach",
        "best signal in {branch}", "they keep their word", "my whole family is with you",
        "no nasty surprises", "the app is a joy", "they remember me",
    ),
}  # fmt: skip
LEADS = {
    "low": (
        "", "", "Sorry but ", "Honestly, ", "Very disappointed: ", "Not good enough: ",
        "To be frank, ", "Not happy: ", "Once again, ", "I am annoyed: ", "Let down: ",
    ),
    "mid": ("", "", "", "All in all ", "On the whole ", "OK: ", "Not bad, ", "So far so good: "),
    "high": (
        "", "", "", "", "Brilliant, ", "Excellent: ", "Very happy, ", "Great: ", "Really good, ",
        "Super, ", "Lovely, ", "Top: ", "Perfect: ",
    ),
}  # fmt: skip
TAILS = {
    "low": (
        "Please put this right.", "I would like somebody to look into it.",
        "I have been with you for {years} years and expected better.",
        "This has cost me half a day.", "I will not recommend you like this.",
        "I am thinking of leaving when my contract ends.",
        "It was never like this before.", "Nobody seems to care.",
        "All I want is a straight answer.", "My neighbour has the same trouble.",
    ),
    "mid": (
        "Could be better.", "Keep working on it.", "Otherwise fine.", "No complaints beyond that.",
        "A bit more speed and it is a 10.", "Thanks anyway.",
    ),
    "high": ("Thank you!", "Thanks.", "Keep it up.", "Well done.", "10 out of 10.", "Thanks a lot",
             "No complaints.", "Will recommend."),
}  # fmt: skip
STORIES = (
    (
        "It began {days} days ago, when I first wrote to you, and since then I have had {times} "
        "different answers from {times} different people."
    ),
    (
        "I explained it in the shop in {branch}, then on the phone, then in the chat, and "
        "every time I was told that another team has to look at it."
    ),
    (
        "My mother has the same plan and the same trouble, she is 78 and cannot spend {minutes} "
        "minutes on hold every time something goes wrong."
    ),
    (
        "I work shifts, so every call costs me my break, and after {times} calls I still do not "
        "have a date by which it will be solved."
    ),
    (
        "What makes me angry is not the mistake, mistakes happen, it is that nobody tells you the "
        "truth about how long it will take."
    ),
    (
        "I have kept every mail and can send them to you; in one of them it says in black and "
        "white that it would be done within {days} days."
    ),
)
# A story fits its topic: nobody is on hold about a parcel.
STORIES_AT = {
    "network-check-in": (
        (
            "To make a call I go out into the garden, in winter in my coat, and my neighbour with "
            "another provider sits on the sofa and has four bars."
        ),
        (
            "Your map has shown full coverage here for {days} days and more, and three people on "
            "the phone have read the map to me as if I could not."
        ),
        (
            "My daughter could not reach me from school because the phone was in the kitchen and "
            "not on the window sill, and that is no way to live."
        ),
    ),
    "price": (
        (
            "I counted it: with the rise I pay for a month more every year than I used to, and the "
            "shop in {branch} offered a stranger my old price while I stood there."
        ),
        (
            "I do not mind paying for something better, but nothing is better, the letter only "
            "said what it costs and from when."
        ),
        (
            "We are {times} on Basic in this family, so for us it is not three pounds, and the "
            "person on the phone could only offer me a dearer plan to make up for it."
        ),
        (
            "I chose Basic so that I always know what comes off my account, and now I check every "
            "month what else has changed without anybody asking."
        ),
        (
            "I live on a pension, I had worked out to the penny what the phone may cost, and I "
            "learned of the rise from my bank and not from you."
        ),
        (
            "When I rang about it I was told that everybody does it, which is no reason, and that "
            "I am free to go, which after {years} years I will remember."
        ),
    ),
    "shop-visit": (
        (
            "I had taken an hour off work, came with the receipt and the box, and was told to ring "
            "a number that then told me to go to the shop."
        ),
        (
            "It took three visits to {branch}: one to ask, one because the card was the wrong "
            "size, and one because nobody had switched it on."
        ),
    ),
    "parcel": (
        (
            "The tracking said delivered, the driver said tomorrow, and the depot said it had "
            "never heard of it; in the end it lay behind the bins in the rain."
        ),
    ),
    "number-transfer": (
        (
            "For {days} days my customers got a dead line, I run a small business on that number "
            "and nobody could tell me on which day it would work again."
        ),
    ),
    "online-order": (
        (
            "I filled it all in on the phone, then on the computer, then again because it timed "
            "out, and each time it asked for the code that I had just typed."
        ),
    ),
    "chat-bot": (
        (
            "I typed my question in five ways, it answered each with a link to the page I had come "
            "from, and when I wrote human it wished me a lovely day."
        ),
    ),
    "repair": (
        (
            "They kept it {days} days, wiped it although I had asked them not to, and the crack "
            "that I brought it in for is still there."
        ),
    ),
    "help-centre": (
        (
            "I read {times} articles, all of them describe buttons that my phone does not have, "
            "and at the bottom of each one it asks whether that was helpful."
        ),
    ),
}
PLANTED = (
    "You can reach me on 07700 900{digits} after five.",
    "Please call 07700 900{digits}, not my old number.",
)
FOREIGN = {
    "pl": {
        "low": (
            "rachunek był wyższy, niż obiecano w sklepie",
            "czekałem {minutes} minut i nikt nie odebrał",
            "nikt nie potrafił mi pomóc, odsyłano mnie od osoby do osoby",
            "w domu prawie nie ma zasięgu",
            "cena wzrosła, a usługa jest ta sama",
        ),
        "mid": ("w porządku, ale mogłoby być szybciej", "dobra sieć, drogi abonament",
                "wszystko działa, rachunek trudno zrozumieć"),
        "high": ("szybko i miło, dziękuję", "wszystko działa bez zarzutu", "bardzo pomocna obsługa",
                 "polecam, dobry zasięg", "sprawa załatwiona w {minutes} minut"),
    },
    "cy": {
        "low": (
            "roedd y bil yn uwch na'r disgwyl",
            "arhosais am {minutes} munud heb ateb",
            "does dim signal yn y tŷ",
        ),
        "mid": ("iawn ar y cyfan", "gwasanaeth da ond araf"),
        "high": ("diolch yn fawr, gwasanaeth gwych", "ardderchog, diolch", "cyflym a chyfeillgar"),
    },
}  # fmt: skip
EMOJI = {"low": ("😠", "😞", "👎"), "mid": ("🙂", "🤷"), "high": ("👍", "😀", "🙏", "🎉")}
# The month from which something can be said: before it, the reason had not happened yet.
NOT_BEFORE = {
    "since the new billing system nothing adds up": 8,
    "the new desk does not know your own plans": 7,
    "nobody was allowed to decide anything": 7,
    "they read from a script and did not listen": 7,
    "every call starts with the same ten questions": 7,
    "would be a 9 without the price rise": 16,
    "the increase ate up everything I saved by coming to you": 16,
}
