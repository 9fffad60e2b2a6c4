"""What the vendor's own product calls somebody or something that it brought here."""

from django.core.validators import RegexValidator

EXTERNAL_ID_CHARACTERS = 128

valid_external_id = RegexValidator(r"^[A-Za-z0-9._~:@-]{1,128}\Z", "Use 1 to 128 of letters, digits and . _ ~ : @ -")
