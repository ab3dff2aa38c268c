"""Similarities of two texts, byte by byte as DuckDB compares them, bit-parallel where a text fits a machine word.

Every function takes the bytes of all texts, where each of the two texts begins, and their lengths. `masks` (256 words)
must hold the left text, by `load`, if it fits a word: many pairs in a row have the same left text. `room` is scratch, of
`room_for` the longest text.
Sources: Jaro (1989), Winkler (1990); Myers (1999) and Hyyrö (2003) for edit distances in machine words; Lowrance and
Wagner (1975) for the unrestricted Damerau-Levenshtein distance, in the linear space of Zhao and Sahni (2019). Equal to DuckDB's own functions to the last bit: the
self-test says so on the machine it runs on.
"""

from __future__ import annotations

import numpy as np
from numba import types
from numba.extending import intrinsic

from boldlink.linkage.kernels.compiled import inner_kernel, kernel

WORD = 64
LENGTH_BITS = 24  # a text has fewer than 16 million bytes


def room_for(longest: int) -> int:
    """Scratch words for texts of up to this many bytes."""
    return 256 + 3 * (longest + 2)


ONE, ZERO, ALL = np.uint64(1), np.uint64(0), np.uint64(0xFFFFFFFFFFFFFFFF)


@intrinsic
def fused_multiply_add(typing, a, b, c):
    """a * b + c, rounded once."""

    def generate(context, builder, signature, arguments):
        return builder.fma(*arguments)

    return types.float64(types.float64, types.float64, types.float64), generate


@intrinsic
def ones(typing, word):
    """How many bits of a word are set."""

    def generate(context, builder, signature, arguments):
        return builder.ctpop(arguments[0])

    return types.uint64(types.uint64), generate


@inner_kernel
def load(data, start, length, masks):
    """Put down, for every byte, at which places of a text it stands."""
    for k in range(min(length, WORD)):
        masks[data[np.uint64(start + k)]] |= ONE << np.uint64(k)


@inner_kernel
def unload(data, start, length, masks):
    """Take a loaded text out again."""
    for k in range(min(length, WORD)):
        masks[data[np.uint64(start + k)]] = ZERO


@inner_kernel
def jaro(data, a, la, b, lb, masks, room, least):
    """Jaro's similarity of a (left) and b (right); 0 where either is empty, and where it would not reach `least`."""
    if la == 0 or lb == 0:
        return 0.0
    if la == 1 and lb == 1:
        return 1.0 if data[a] == data[b] else 0.0
    if la > WORD or lb > WORD:
        return _jaro_long(data, a, la, b, lb, room)
    bound = max(la, lb) // 2 - 1
    left, right = ZERO, ZERO
    window = ALL >> np.uint64(WORD - 1 - bound)
    for k in range(lb):
        found = masks[data[np.uint64(b + k)]] & window & ~left
        left |= found & (~found + ONE)
        right |= np.uint64(found != ZERO) << np.uint64(k)
        window = (window << ONE) | np.uint64(k < bound)
    common = float(ones(left))
    if (common / la + common / lb + 1.0) / 3.0 < least:
        return 0.0
    moved = 0
    while right:
        first = left & (~left + ONE)
        place = np.int64(ones((right & (~right + ONE)) - ONE))
        moved += (masks[data[np.uint64(b + place)]] & first) == ZERO
        left ^= first
        right &= right - ONE
    return _jaro_of(common, moved, la, lb)


@inner_kernel
def _jaro_of(m, moved, la, lb):
    if m == 0:
        return 0.0
    return ((m / la + m / lb) + (m - moved // 2) / m) / 3.0


@inner_kernel
def _jaro_long(data, a, la, b, lb, room):
    taken, matched = room[:la], room[la : la + lb]
    taken[:], matched[:] = 0, 0
    bound = max(la, lb) // 2 - 1
    common = 0
    for k in range(lb):
        for n in range(max(0, k - bound), min(la, k + bound + 1)):
            if not taken[n] and data[a + n] == data[b + k]:
                taken[n] = matched[k] = 1
                common += 1
                break
    moved, n = 0, 0
    for k in range(lb):
        if matched[k]:
            while not taken[n]:
                n += 1
            moved += data[a + n] != data[b + k]
            n += 1
    return _jaro_of(float(common), moved, la, lb)


@inner_kernel
def jaro_winkler(data, a, la, b, lb, masks, room, least, fused):
    """Winkler's: Jaro's raised by a tenth of what is missing per letter of a common beginning, up to four, above 0.7.

    fused: whether DuckDB's build on this machine multiplies and adds with one rounding.
    """
    plain = jaro(data, a, la, b, lb, masks, room, least)
    if plain <= 0.7:
        return plain
    same = 0
    while same < min(4, la, lb) and data[a + same] == data[b + same]:
        same += 1
    if fused:
        return fused_multiply_add(same * 0.1, 1.0 - plain, plain)
    return plain + same * 0.1 * (1.0 - plain)


@inner_kernel
def too_few(mask_a, la, mask_b, lb, needed):
    """Whether two texts have too few letters in common (see `letters`) to be as similar as `needed_letters` wants."""
    if la > WORD or lb > WORD:
        return False
    spare_a, spare_b = la - ones(mask_a), lb - ones(mask_b)
    return ones(mask_a & mask_b) + min(spare_a, spare_b) < needed[la, lb]


@inner_kernel
def too_different(mask_a, mask_b, most):
    """Whether two texts' letters (see `letters`) say that more than `most` edits part them: an edit changes two at the most."""
    return np.int64(ones(mask_a ^ mask_b)) > 2 * most


@kernel
def needed_letters(least):
    """By the lengths of two texts (up to a word), letters they must share for Jaro's similarity to reach `least` (uint8)."""
    needed = np.zeros((WORD + 1, WORD + 1), np.uint8)
    for la in range(1, WORD + 1):
        for lb in range(1, WORD + 1):
            m = 0
            while m <= min(la, lb) and (m / la + m / lb + 1.0) / 3.0 < least:
                m += 1
            needed[la, lb] = max(m, 1) if least > 0 else 0
    return needed


@inner_kernel
def letters(data, start, length):
    """Which letters a text holds, once (low half) and twice (high half), by the low five bits of each byte."""
    found = ZERO
    for k in range(length):
        bit = ONE << np.uint64(data[start + k] & 31)
        found |= (bit << np.uint64(32)) if found & bit else bit
    return found


@inner_kernel
def levenshtein(data, a, la, b, lb, masks, room, most):
    """Letters to add, lose or change; anything above `most` stands for "more than that"."""
    if abs(la - lb) > most:
        return most + 1
    if la == 0 or lb == 0:
        return max(la, lb)
    if most == 1:
        return _one_edit(data, a, la, b, lb)
    if la > WORD:
        return _levenshtein_long(data, a, la, b, lb, room)
    up, down, distance, last = ALL, ZERO, la, ONE << np.uint64(la - 1)
    for k in range(lb):
        here = masks[data[np.uint64(b + k)]]
        x = here | down
        diagonal = ((up + (x & up)) ^ up) | x
        plus, minus = down | ~(diagonal | up), diagonal & up
        distance += ((plus & last) != ZERO) - ((minus & last) != ZERO)
        plus = (plus << ONE) | ONE
        up, down = (minus << ONE) | ~(diagonal | plus), plus & diagonal
    return distance


@inner_kernel
def _one_edit(data, a, la, b, lb):
    """0, 1, or 2 for more: what two texts share at their beginnings and ends leaves at most one letter."""
    head, longest, shortest = 0, max(la, lb), min(la, lb)
    while head < shortest and data[np.uint64(a + head)] == data[np.uint64(b + head)]:
        head += 1
    if head == longest:
        return 0
    tail = 0
    while tail < shortest - head and data[np.uint64(a + la - 1 - tail)] == data[np.uint64(b + lb - 1 - tail)]:
        tail += 1
    return 1 if head + tail >= longest - 1 else 2


@inner_kernel
def _levenshtein_long(data, a, la, b, lb, room):
    for k in range(lb + 1):
        room[k] = k
    for n in range(la):
        corner = room[0]
        room[0] = n + 1
        for k in range(lb):
            above = room[k + 1]
            room[k + 1] = min(above + 1, room[k] + 1, corner + (data[a + n] != data[b + k]))
            corner = above
    return room[lb]


@inner_kernel
def damerau_levenshtein(data, a, la, b, lb, masks, room, most):
    """As Levenshtein's, and neighbours exchanged count as one, even when letters come between them.

    It is at most Levenshtein's, and at least half of it; so the cheap distance mostly settles the question.
    """
    plain = levenshtein(data, a, la, b, lb, masks, room, max(2 * most, 2))
    if plain <= 1 or plain > 2 * most:
        return plain
    if most == 1:
        return 1 if _one_exchange(data, a, la, b, lb) else 2
    return _damerau(data, a, la, b, lb, room)


@inner_kernel
def _one_exchange(data, a, la, b, lb):
    """Are two texts the same but for two neighbours?"""
    if la != lb:
        return False
    head = 0
    while head < la and data[a + head] == data[b + head]:
        head += 1
    if head + 1 >= la or data[a + head] != data[b + head + 1] or data[a + head + 1] != data[b + head]:
        return False
    for k in range(head + 2, la):
        if data[a + k] != data[b + k]:
            return False
    return True


@inner_kernel
def _damerau(data, a, la, b, lb, room):
    """Row by row over a. Of an exchange with letters between, either nothing was lost before it or nothing after, so two
    remembered values do: `before` the row of each column's last match, and `corner` this row's last match.
    """
    width, far = lb + 2, la + lb + 1
    seen = room[:256]  # the row in which each byte of a last stood
    above, row, before = (
        room[256 : 256 + width],
        room[256 + width : 256 + 2 * width],
        room[256 + 2 * width : 256 + 3 * width],
    )
    seen[:], above[:], before[:] = -1, far, far
    for k in range(lb + 1):
        row[k + 1] = k
    row[0] = far
    for n in range(1, la + 1):
        above, row = row, above
        here, matched, corner = data[a + n - 1], -1, far
        two_above = row[1]
        row[0], row[1] = far, n
        for k in range(1, lb + 1):
            there = data[b + k - 1]
            best = min(above[k] + (here != there), row[k] + 1, above[k + 1] + 1)
            if here == there:
                matched, before[k + 1], corner = k, above[k - 1], two_above
            elif k - matched == 1:
                best = min(best, before[k + 1] + n - seen[there])
            elif n - seen[there] == 1:
                best = min(best, corner + k - matched)
            two_above = row[k + 1]
            row[k + 1] = best
        seen[here] = n
    return row[lb + 1]


@inner_kernel
def begins_with(data, a, la, b, lb):
    """Does a begin with b?"""
    if lb > la:
        return False
    for k in range(lb):
        if data[a + k] != data[b + k]:
            return False
    return True


@inner_kernel
def placed(packed):
    """Where a text begins, and its length, from one word."""
    return np.int64(packed >> np.uint64(LENGTH_BITS)), np.int64(packed & np.uint64((1 << LENGTH_BITS) - 1))


@kernel
def pack(data, start, length):
    """Texts as kernels read them (uint64, texts x 2): place and length in one word, and their `letters`."""
    made = np.empty((len(start), 2), np.uint64)
    for n in range(len(start)):
        made[n, 0] = (np.uint64(start[n]) << np.uint64(LENGTH_BITS)) | np.uint64(length[n])
        made[n, 1] = letters(data, start[n], length[n])
    return made


@kernel
def measured(data, ends, masks, room, fused):
    """Every measure of pairs of texts, for the self-test: text n of `data` ends at ends[n], and pairs are neighbours.

    Returns float64 (pairs x 6): Jaro, Jaro-Winkler, Levenshtein, Damerau-Levenshtein, and the last two up to 1 (2: more).
    """
    found, far = np.empty((len(ends) // 2, 6)), np.int64(1 << 30)
    for n in range(len(ends) // 2):
        a = ends[2 * n - 1] if n else np.int64(0)
        b = ends[2 * n]
        la, lb = b - a, ends[2 * n + 1] - b
        load(data, a, la, masks)
        found[n, 0] = jaro(data, a, la, b, lb, masks, room, 0.0)
        found[n, 1] = jaro_winkler(data, a, la, b, lb, masks, room, 0.0, fused)
        found[n, 2] = levenshtein(data, a, la, b, lb, masks, room, far)
        found[n, 3] = damerau_levenshtein(data, a, la, b, lb, masks, room, far)
        found[n, 4] = min(levenshtein(data, a, la, b, lb, masks, room, np.int64(1)), 2)
        found[n, 5] = min(damerau_levenshtein(data, a, la, b, lb, masks, room, np.int64(1)), 2)
        unload(data, a, la, masks)
    return found
