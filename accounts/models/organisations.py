"""The tenant: an organisation and the base of every row that belongs to one."""

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q


class Organisation(models.Model):
    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    time_zone = models.CharField(max_length=64, default="UTC")
    language = models.CharField(max_length=12, default="en")
    postal_address = models.CharField(max_length=300, blank=True)
    privacy_url = models.URLField(max_length=500, blank=True)
    sender_name = models.CharField(max_length=80, blank=True)
    sender_role = models.CharField(max_length=80, blank=True)
    sender_email = models.EmailField(max_length=254, blank=True)
    reply_to = models.EmailField(max_length=254, blank=True)
    accent = models.CharField(
        max_length=7, default="#0b5fff", validators=[RegexValidator(r"^#[0-9a-fA-F]{6}$")]
    )
    # A PNG in base64, at most 4 kB of it: the page carries it as it stands here.
    logo = models.TextField(blank=True, default="", db_default="")
    # Links to surveys lead to this host instead of the installation's own.
    survey_host = models.CharField(max_length=253, blank=True, default="", db_default="")
    thanks_note = models.CharField(max_length=300, blank=True)
    # Sending rules that hold for all programmes together.
    ask_again_after_days = models.PositiveSmallIntegerField(
        default=7, validators=[MaxValueValidator(365)]
    )
    asks_per_year = models.PositiveSmallIntegerField(
        default=6, validators=[MinValueValidator(1), MaxValueValidator(366)]
    )
    # When mail may leave: ISO weekdays, minutes of the day (1440 = midnight), holidays of a place.
    sending_days = models.CharField(
        max_length=7, default="1234567", validators=[RegexValidator(r"^1?2?3?4?5?6?7?$")]
    )
    sending_opens = models.PositiveSmallIntegerField(default=0)
    sending_closes = models.PositiveSmallIntegerField(default=1440)
    holiday_country = models.CharField(max_length=2, blank=True)
    holiday_subdivision = models.CharField(max_length=12, blank=True)
    # Whether only those are asked of whom it is recorded why they may be.
    needs_legal_basis = models.BooleanField(default=False, db_default=False)
    # Hours after which an uncertain mail is sent again; none: only by hand, one at a time.
    resend_uncertain_after_hours = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(336)]
    )
    # Said in the mail; where replies go is reply_to.
    reads_replies = models.BooleanField(default=True, db_default=True)
    dkim_selector = models.CharField(max_length=63, blank=True, default="", db_default="")
    # At most so many people of one company in so many days; 0: as many as there are.
    people_per_company = models.PositiveSmallIntegerField(
        default=0, db_default=0, validators=[MaxValueValidator(1000)]
    )
    company_days = models.PositiveSmallIntegerField(
        default=30, db_default=30, validators=[MinValueValidator(1), MaxValueValidator(365)]
    )
    # So many of a hundred customers are never asked, always the same ones.
    holdout_percent = models.PositiveSmallIntegerField(
        default=0, db_default=0, validators=[MaxValueValidator(50)]
    )
    sending_paused_at = models.DateTimeField(null=True, blank=True)
    # What is more likely a link scanner's than a person's; 0 and False switch a rule off: an
    # answer this soon after the mail was handed over, or after its page was shown; one after so
    # many scores of its link were requested within a minute; one that filled a hidden field.
    suspect_within_seconds = models.PositiveSmallIntegerField(
        default=10, validators=[MaxValueValidator(600)]
    )
    suspect_shown_seconds = models.PositiveSmallIntegerField(
        default=1, db_default=1, validators=[MaxValueValidator(10)]
    )
    suspect_scores = models.PositiveSmallIntegerField(default=2, db_default=2)
    suspect_traps = models.BooleanField(default=True, db_default=True)
    # So many days after an answer its link takes another one in its place; 0: none.
    amend_days = models.PositiveSmallIntegerField(
        default=14, db_default=14, validators=[MaxValueValidator(90)]
    )
    # How long the words and the contexts of answers are kept, in months, and customers of whom
    # nothing was heard, in years; 0: for ever.
    keep_words_months = models.PositiveSmallIntegerField(
        default=0, db_default=0, validators=[MaxValueValidator(240)]
    )
    keep_contexts_months = models.PositiveSmallIntegerField(
        default=0, db_default=0, validators=[MaxValueValidator(240)]
    )
    keep_silent_years = models.PositiveSmallIntegerField(
        default=0, db_default=0, validators=[MaxValueValidator(30)]
    )
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="organisation_has_name"),
            models.CheckConstraint(condition=Q(asks_per_year__gte=1), name="organisation_asks"),
            models.CheckConstraint(
                condition=~Q(sending_days="")
                & Q(sending_opens__lt=models.F("sending_closes"), sending_closes__lte=1440),
                name="organisation_sends_sometime",
            ),
            # One score requested is a reload; a scale has eleven at most.
            models.CheckConstraint(
                condition=Q(suspect_scores=0) | Q(suspect_scores__gte=2, suspect_scores__lte=11),
                name="organisation_suspects_several",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Tenant(models.Model):
    """A row that belongs to one organisation; row-level security hides it from all others."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        abstract = True
