"""How long a link takes an answer: until it was used, and after that while it may be changed."""

# An anonymous invitation takes no answer that knows whose it is (`answering_anonymously`).
# Of the invitation `i`, its organisation `house` and the moment `now`. The days after an answer
# are the organisation's whole days, so that the day that the page names is true to its end.
IS_OPEN = """(i.withdrawn_at IS NULL AND NOT i.is_anonymous AND CASE
    WHEN i.answered_at IS NULL THEN i.expires_at > %(now)s
    WHEN house.amend_days > 0 THEN (%(now)s::timestamptz AT TIME ZONE house.time_zone)::date
        <= (i.answered_at AT TIME ZONE house.time_zone)::date + house.amend_days
    ELSE i.finished_at IS NULL AND i.expires_at > %(now)s
        AND i.answered_at > %(now)s::timestamptz - interval '1 day' END)"""
