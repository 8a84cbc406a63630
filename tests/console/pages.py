"""Every page and act of the console with the roles that may use it."""

ALL = {"viewer", "responder", "manager", "owner"}
CUSTOMERS = ALL - {"viewer"}
EDITORS = {"manager", "owner"}
OWNERS = {"owner"}
KINDS = ("nps", "csat", "ces")

# Name, what its address needs, who may open it, a text that only this page has.
PAGES = [
    ("overview", [], ALL, "What customers say"),
    ("journey", [], ALL, "Every place where customers meet you"),
    ("gap", [], ALL, "Service beside experience"),
    ("segments", [], ALL, "Scores by what is known of each answer."),
    ("segments_of", ["property"], ALL, "By name and no ranking"),
    ("segment", ["property", "value"], ALL, "who moved since counts where they were"),
    ("overview_csv", [], ALL, "figure,name,metric,"),
    ("overview_xlsx", [], ALL, "[Content_Types].xml"),
    ("touchpoint_csv", ["phone"], ALL, "figure,name,metric,"),
    ("touchpoint_xlsx", ["phone"], ALL, "[Content_Types].xml"),
    ("gap_people", [], CUSTOMERS, "Whom to talk to"),
    ("compare", [], ALL, "Any two periods, or any two parts of the answers."),
    ("responses", [], ALL, "Words in the comment"),
    ("responses_csv", [], ALL, "response_id,answered_at,"),
    ("responses_xlsx", [], ALL, "[Content_Types].xml"),
    ("response", ["response"], ALL, "Where it comes from"),
    ("response_amend", ["response"], EDITORS, "Only what the customer asked for."),
    ("tags", [], CUSTOMERS, "Words on answers that belong together."),
    ("customer_erase", ["ada"], EDITORS, "What goes, what stays"),
    ("customers", [], CUSTOMERS, "Name, address, company or your own id"),
    ("customer_new", [], CUSTOMERS, "New customer"),
    ("customer", ["ada"], CUSTOMERS, "Everything that passed between us"),
    ("customer_edit", ["ada"], CUSTOMERS, "Edit customer"),
    ("companies", [], CUSTOMERS, "In the order of their names."),
    ("company", ["company"], CUSTOMERS, "asked and silent"),
    ("touchpoints", [], ALL, "Where customers meet you"),
    ("touchpoint_new", [], EDITORS, "New touchpoint"),
    ("touchpoint", ["phone"], ALL, "What customers say here"),
    ("touchpoint_asked", ["phone"], ALL, "From interaction to answer"),
    ("touchpoint_edit", ["phone"], EDITORS, "Edit touchpoint"),
    ("programmes", [], ALL, "Whom to ask, about what, and how often."),
    ("programme_new", [], EDITORS, "New programme"),
    ("programme", ["csat"], ALL, "How far its questions came"),
    ("programme_edit", ["csat"], EDITORS, "Edit programme"),
    ("decisions", ["csat"], CUSTOMERS, "Asked or not, and why"),
    ("views", [], ALL, "Addresses kept under a name."),
    ("settings", [], EDITORS, "Time zone"),
    ("definitions", [], ALL, "How each number is counted."),
    *((f"definition_{kind}", [], EDITORS, "make the next version") for kind in KINDS),
    ("annotations", [], ALL, "What happened on a day and may explain a turn."),
    ("annotation_new", [], EDITORS, "<h1>New annotation</h1>"),
    ("annotation_edit", ["annotation"], EDITORS, "<h1>Edit annotation</h1>"),
    ("goals", [], ALL, "What scores are held against."),
    ("goal_service", [], EDITORS, "<h1>Goal of Service</h1>"),
    ("goal_experience", [], EDITORS, "<h1>Goal of Experience</h1>"),
    ("benchmark_new", [], EDITORS, "<h1>New benchmark</h1>"),
    ("properties", [], ALL, "Tracked properties"),
    ("audit", [], EDITORS, "Who changed what."),
    ("members", [], OWNERS, "Invite somebody"),
    ("keys", [], OWNERS, "API keys"),
    ("key_new", [], OWNERS, "What it may do"),
]
ACTS = [
    ("responses_exclude", [], EDITORS),
    ("responses_restore", [], EDITORS),
    ("responses_tag", [], CUSTOMERS),
    ("responses_untag", [], CUSTOMERS),
    ("tag_rename", ["tag"], CUSTOMERS),
    ("tag_delete", ["tag"], CUSTOMERS),
    ("customer_ask", ["ada"], CUSTOMERS),
    ("programme_switch", ["csat"], EDITORS),
    ("view_keep", [], ALL),
    ("view_drop", ["view"], EDITORS),
    ("annotation_remove", ["annotation"], EDITORS),
    ("goal_service_drop", [], EDITORS),
    ("goal_experience_drop", [], EDITORS),
    ("benchmark_remove", ["benchmark"], EDITORS),
    ("member_role", ["membership"], OWNERS),
    ("member_remove", ["membership"], OWNERS),
    ("invitation_revoke", ["invitation"], OWNERS),
    ("key_revoke", ["key"], OWNERS),
    ("property_track", [], EDITORS),
    ("property_give_up", [], EDITORS),
]
NAMES_OF_ACTS = {act[0] for act in ACTS}
# What leads on to another page.
LEADS = [("view", ["view"], ALL)]
EVERYTHING = [(entry[0], entry[1]) for entry in [*PAGES, *ACTS, *LEADS]]
