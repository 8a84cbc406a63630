"""Five faces for the points of satisfaction: lines of one colour, told apart by their mouths.

The scale mirrors itself, so that neither end draws more attention than the other.
"""

from collections.abc import Mapping

# On 32 by 32; the circle around them is drawn where they are shown.
_EYES = "M11.5 12v2m9-2v2"
FACES: Mapping[int, str] = {
    1: f"{_EYES}M9.5 25h13q-1-6.5-6.5-6.5t-6.5 6.5z",
    2: f"{_EYES}M11 23q5-4 10 0",
    3: f"{_EYES}M11 21.5h10",
    4: f"{_EYES}M11 20q5 4 10 0",
    5: f"{_EYES}M9.5 19h13q-1 6.5-6.5 6.5t-6.5-6.5z",
}
