"""A response of an anonymous programme can never name anybody, whatever code writes it."""

from django.db import migrations

HOLD = """
    CREATE FUNCTION surveys_response_names_nobody() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF (SELECT is_anonymous FROM surveys_programme WHERE id = NEW.programme_id) THEN
            RAISE EXCEPTION 'a response of an anonymous programme names somebody'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'response_names_nobody';
        END IF;
        RETURN NEW;
    END $$;
    -- It fires for each answer that names somebody: one look at the programme by its key.
    CREATE TRIGGER response_names_nobody
        BEFORE INSERT OR UPDATE OF programme_id, customer_id, invitation_id, interaction_id
        ON surveys_response FOR EACH ROW
        WHEN (NEW.customer_id IS NOT NULL OR NEW.invitation_id IS NOT NULL
            OR NEW.interaction_id IS NOT NULL)
        EXECUTE FUNCTION surveys_response_names_nobody();
"""
LET_GO = """
    DROP TRIGGER response_names_nobody ON surveys_response;
    DROP FUNCTION surveys_response_names_nobody();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("surveys", "0024_merged"),
    ]

    operations = [
        migrations.RunSQL(HOLD, LET_GO),
    ]
