"""What responses say to the follow-up questions, read with the responses themselves."""

from django.db.models import Func, JSONField


class FollowUps(Func):
    """The answers of the response with this id as a JSON list in the order of the questions.

    Each tells the question's number (the same in every version of its survey), its kind and
    words, and what was chosen (numbers and words) or written. Null where nothing was answered.
    """

    template = """(
        SELECT jsonb_agg(jsonb_build_object(
            'number', q.number, 'kind', q.kind, 'question', q.text, 'choices', a.picked,
            'chosen', CASE q.kind WHEN 'rating' THEN to_jsonb(a.picked::text[]) ELSE coalesce((
                SELECT jsonb_agg(o->>'text' ORDER BY at)
                FROM jsonb_array_elements(q.options) WITH ORDINALITY AS every(o, at)
                WHERE (o->>'number')::smallint = ANY(a.picked)), '[]') END,
            'words', a.words) ORDER BY q.position, q.id)
        FROM surveys_answer a JOIN surveys_question q ON q.id = a.question_id
        WHERE a.response_id = %(expressions)s)"""
    output_field = JSONField()
