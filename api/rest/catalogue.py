"""The scopes there are."""

from ninja import Router
from pydantic import BaseModel, ConfigDict, field_validator

from accounts.installed import catalogue
from accounts.vocabulary import Risk
from api.rest.door import BearerToken, Call

router = Router(tags=["catalogue"])


class Word(BaseModel):
    """Made from the catalogue's own nouns, which have the same names."""

    model_config = ConfigDict(from_attributes=True)

    key: str
    name: str


class Described(Word):
    description: str


class Action(Described):
    """`risk`: how much harm it can do in wrong hands: low, medium, high."""

    risk: str

    @field_validator("risk", mode="before")
    @classmethod
    def _in_words(cls, risk: Risk) -> str:
        return risk.word


class Resource(Described):
    """A scope is written `[boundary/]resource:action[@target=id]`; where there are boundaries, one is mandatory."""

    actions: list[Action]
    boundaries: list[Described]
    targets: list[Word]


class Area(Described):
    resources: list[Resource]


class Preset(Described):
    scope: str


class Catalogue(BaseModel):
    areas: list[Area]
    presets: list[Preset]


@router.get(
    "/catalogue", operation_id="catalogue", auth=BearerToken(), response=Catalogue, summary="The scopes there are"
)
def whole(request: Call) -> Catalogue:
    """Areas, resources, actions and presets of this installation. Any token may ask."""
    known = catalogue()
    return Catalogue(
        areas=[Area.model_validate(area) for area in known.areas],
        presets=[
            Preset(key=one.key, name=one.name, description=one.description, scope=str(one.grants))
            for one in known.presets
        ],
    )
