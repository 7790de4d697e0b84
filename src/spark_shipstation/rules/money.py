"""Money: currency digits, and sharing an amount out so that the parts add up to it exactly."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

ZERO = Decimal(0)

# ISO 4217 currencies whose smallest unit is not a hundredth.
_DIGITS = {
    **dict.fromkeys(
        "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(),
        0,
    ),
    **dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3),
}


WIRE_DIGITS = 2


def digits_of(currency: str) -> int:
    return _DIGITS.get(currency, WIRE_DIGITS)


def sharing_digits(currency: str, *amounts: Decimal) -> int:
    """How finely to share: in the currency's smallest unit, or in hundredths where the amounts themselves are finer."""
    own = max((-int(amount.normalize().as_tuple().exponent) for amount in amounts), default=0)
    return max(digits_of(currency), min(WIRE_DIGITS, own))


def rounded(amount: Decimal, digits: int = 2) -> Decimal:
    """Commercial rounding, away from zero at the half."""
    return amount.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)


def shares(amount: Decimal, weights: Sequence[Decimal], digits: int = 2) -> list[Decimal]:
    """Share `amount` by `weights`, in smallest units, by largest remainder (ties: the earlier one).

    The parts always add up to `amount`; a digit below the smallest unit stays with the first part.
    With no positive weight, all parts weigh the same. Negative amounts are shared like positive ones.
    """
    if len(weights) < 2 or not amount:
        return [amount or ZERO] * len(weights)
    positive = [max(weight, ZERO) for weight in weights]
    total = sum(positive, ZERO)
    if total == 0:
        positive, total = [Decimal(1)] * len(weights), Decimal(len(weights))
    sign = -1 if amount < 0 else 1
    unit = Decimal(1).scaleb(-digits)
    units, rest = divmod(abs(amount), unit)
    exact = [units * weight / total for weight in positive]
    parts = [int(share) for share in exact]
    by_remainder = sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))
    for i in by_remainder[: int(units) - sum(parts)]:
        parts[i] += 1
    result = [part * unit * sign + ZERO for part in parts]  # + 0, as there is no -0.00
    result[0] += rest * sign
    return result
