"""Enumerations of named values (`enum`), as code for the walk to follow."""

from __future__ import annotations

TEXTS: dict[str, str] = {
    "enum": """
class auto:
    def __or__(self, other):
        return _not_known()

    __and__ = __xor__ = __invert__ = __or__

class EnumMeta(type):
    def __new__(cls, name, bases, names, **options):
        made = super().__new__(cls, name, bases, dict(names))
        made._member_map_ = {}
        for key, value in names.items():
            if not key.startswith("_") and bases and _is_member(value):
                if isinstance(value, auto):
                    value = made._next(key, [each.value for each in made._member_map_.values()])
                known = [each for each in made._member_map_.values() if each.value == value]
                given = value if isinstance(value, tuple) else (value,)
                maker = names["__new__"] if "__new__" in names else object.__new__
                member = known[0] if known else maker(made, *given)
                if not known:
                    member._name_ = member.name = key
                    if "_value_" not in vars(member):
                        member._value_ = value
                    member.value = member._value_
                    if hasattr(made, "__init__") and "__init__" in names:
                        member.__init__(*given)
                made._member_map_[key] = member
                setattr(made, key, member)
        return made

    def _next(cls, key, values):
        if hasattr(cls, "_generate_next_value_"):
            return cls._generate_next_value_(key, 1, len(values), values)
        if values and not isinstance(values[-1], int):
            _not_known()
        return values[-1] + 1 if values else 1

    def __call__(cls, value, names=None, *, module=None, qualname=None, type=None, start=1):
        if names is not None:
            return cls._made_of(value, names, start)
        for each in cls._member_map_.values():
            if each is value or each.value == value:
                return each
        if hasattr(cls, "_missing_"):
            return cls._missing_(value)
        raise ValueError(value)

    def _made_of(cls, name, names, start):
        if isinstance(names, str):
            names = names.replace(",", " ").split()
        pairs = names.items() if isinstance(names, dict) else names
        pairs = [(each, start + at) if isinstance(each, str) else each for at, each in enumerate(pairs)]
        return type(cls)(name, (cls,), dict(pairs))

    def __iter__(cls):
        return iter([each for name, each in cls._member_map_.items() if name == each.name and cls._is_listed(each)])

    def _is_listed(cls, member):
        return True

    def __len__(cls):
        return len(list(iter(cls)))

    def __getitem__(cls, name):
        return cls._member_map_[name]

    def __contains__(cls, value):
        return any(each is value or each.value == value for each in cls._member_map_.values())

    @property
    def __members__(cls):
        return cls._member_map_

EnumType = EnumMeta

class Enum(metaclass=EnumMeta):
    def __str__(self):
        return type(self).__name__ + "." + self.name

    def __copy__(self):
        return self

    def __deepcopy__(self, memo):
        return self

class IntEnum(int, Enum):
    def __str__(self):
        return str(self.value + 0)

class StrEnum(str, Enum):
    def __str__(self):
        return self.value + ""

    @staticmethod
    def _generate_next_value_(name, start, count, values):
        return name.lower()

class _FlagMeta(EnumMeta):
    def _is_listed(cls, member):
        return member.value > 0 and member.value & (member.value - 1) == 0

    def __call__(cls, value):
        for each in cls._member_map_.values():
            if each is value or each.value == value:
                return each
        made = vars(cls).get("_made_", {})
        if value not in made:
            made[value] = member = object.__new__(cls)
            member.value = member._value_ = value
            member.name = member._name_ = None
            cls._made_ = made
        return made[value]

class Flag(Enum, metaclass=_FlagMeta):
    @staticmethod
    def _generate_next_value_(name, start, count, values):
        return 1 << max(values).bit_length() if values else 1

    def __or__(self, other):
        return type(self)(self.value | other.value)

    def __and__(self, other):
        return type(self)(self.value & other.value)

    def __xor__(self, other):
        return type(self)(self.value ^ other.value)

    def __invert__(self):
        return type(self)(sum([each.value for each in type(self) if not each.value & self.value]))

    def __contains__(self, other):
        return other.value & self.value == other.value

    def __bool__(self):
        return bool(self.value)

    def __iter__(self):
        return iter([each for each in type(self) if each.value & self.value])

    def __len__(self):
        return len(list(iter(self)))

def unique(cls):
    return cls
""",
}
