"""Product pictures, drawn: one SVG for a category and a product number, always the same."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass

SIZE = 480
_INK = "#2b2a28"


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of one picture: the wall, the table, the thing, its trim."""

    wall: str
    table: str
    body: str
    trim: str


PALETTES = (
    Palette("#f1e4d3", "#d9bfa0", "#b5533c", "#f6d7a7"),
    Palette("#dfe8e1", "#b4c6b6", "#3f6b5c", "#e9c46a"),
    Palette("#e3e6ee", "#b9c0d4", "#3d4f7c", "#f2a65a"),
    Palette("#f5e1dc", "#dcb3a8", "#8c3b4a", "#f3d9c0"),
    Palette("#eee9d9", "#cdc19a", "#7a6a2f", "#d96c4a"),
    Palette("#dde9ec", "#a9c5cc", "#22606b", "#f4e3b2"),
    Palette("#ece2ee", "#c8b1cf", "#66436f", "#e8c7a0"),
    Palette("#e9e5df", "#c4bbae", "#4b4640", "#c9893f"),
)


def draw(category: str, number: int) -> str:
    """The picture of a product as SVG text; a KeyError for a category that has none."""
    shape = SHAPES[category]
    chance = random.Random(f"{category}/{number}")
    palette = PALETTES[chance.randrange(len(PALETTES))]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIZE} {SIZE}" '
        f'width="{SIZE}" height="{SIZE}">'
        f'<rect width="{SIZE}" height="{SIZE}" fill="{palette.wall}"/>'
        f"{_wallpaper(chance, palette)}"
        f'<path d="M0 362h480v118H0z" fill="{palette.table}"/>'
        f'<ellipse cx="240" cy="392" rx="132" ry="17" fill="{_INK}" opacity=".16"/>'
        f"{shape(palette, chance)}{_grain(chance)}</svg>"
    )


def _wallpaper(chance: random.Random, palette: Palette) -> str:
    """A faint pattern; it also gives the picture enough content to count as one in a browser."""
    kind = chance.randrange(3)
    marks = []
    for row in range(6):
        for column in range(7):
            x, y = 20 + column * 72 + (row % 2) * 36, 26 + row * 60
            if kind == 0:
                marks.append(f'<circle cx="{x}" cy="{y}" r="5"/>')
            elif kind == 1:
                marks.append(f'<path d="M{x - 8} {y}l8-8 8 8-8 8z"/>')
            else:
                marks.append(f'<path d="M{x} {y - 10}v20M{x - 10} {y}h20" stroke-width="3"/>')
    colour = palette.table
    return f'<g fill="{colour}" stroke="{colour}" opacity=".35">{"".join(marks)}</g>'


def _grain(chance: random.Random) -> str:
    """Lines of wood on the table."""
    lines = []
    for row in range(7):
        y, x = 374 + row * 15, chance.randrange(0, 260)
        length, bend = chance.randrange(60, 220), chance.randrange(-5, 6)
        lines.append(f'<path d="M{x} {y}q{length // 2} {bend} {length} 0"/>')
    return f'<g fill="none" stroke="{_INK}" opacity=".13" stroke-width="2">{"".join(lines)}</g>'


def _mug(p: Palette, chance: random.Random) -> str:
    band = chance.randrange(215, 320)
    return (
        f'<path d="M322 228c66-14 72 100-6 96" fill="none" stroke="{p.body}" stroke-width="22"/>'
        f'<path d="M144 178h186v172q0 36-36 36H180q-36 0-36-36z" fill="{p.body}"/>'
        f'<path d="M144 {band}h186v26H144z" fill="{p.trim}"/>'
        f'<ellipse cx="237" cy="178" rx="93" ry="17" fill="{p.trim}"/>'
        f'<ellipse cx="237" cy="181" rx="78" ry="11" fill="{_INK}" opacity=".55"/>'
    )


def _lamp(p: Palette, chance: random.Random) -> str:
    top = chance.randrange(52, 92)
    return (
        f'<path d="M230 220h20v150h-20z" fill="{_INK}"/>'
        f'<ellipse cx="240" cy="380" rx="78" ry="16" fill="{p.body}"/>'
        f'<path d="M{240 - top} 96h{2 * top}l56 136H{240 - top - 56}z" fill="{p.trim}"/>'
        f'<path d="M{240 - top - 56} 232h{2 * top + 112}l-6 14H{240 - top - 50}z" fill="{p.body}"/>'
        f'<circle cx="240" cy="262" r="20" fill="#fff6d8"/>'
    )


def _chair(p: Palette, chance: random.Random) -> str:
    slats = "".join(
        f'<path d="M{182 + i * 30} 110v130" stroke="{p.trim}" stroke-width="10"/>'
        for i in range(chance.randrange(3, 6))
    )
    return (
        f'<path d="M160 96v290M320 96v290M186 262l-18 128M296 262l18 128" stroke="{p.body}" '
        f'stroke-width="16" stroke-linecap="round"/>{slats}'
        f'<rect x="152" y="84" width="176" height="32" rx="14" fill="{p.body}"/>'
        f'<path d="M142 240h196l14 36H128z" fill="{p.trim}" stroke="{p.body}" stroke-width="6"/>'
    )


def _vase(p: Palette, chance: random.Random) -> str:
    stems = "".join(
        f'<path d="M240 200Q{x} 150 {x + chance.randrange(-16, 16)} 78" fill="none" '
        f'stroke="#57714f" stroke-width="6"/><circle cx="{x}" cy="78" r="20" fill="{p.trim}"/>'
        for x in (176, 216, 262, 306)
    )
    return (
        f'{stems}<path d="M204 182h72c-10 50 52 84 52 136 0 46-30 70-88 70s-88-24-88-70'
        f'c0-52 62-86 52-136z" fill="{p.body}"/>'
        f'<path d="M157 300q83 30 166 0l4 24q-87 32-174 0z" fill="{p.trim}"/>'
    )


def _clock(p: Palette, chance: random.Random) -> str:
    hour, minute = chance.randrange(360), chance.randrange(360)
    ticks = "".join(
        f'<path d="M240 132v16" transform="rotate({turn} 240 240)"/>' for turn in range(0, 360, 30)
    )
    return (
        f'<path d="M170 352l-18 36h34l12-24M310 352l18 36h-34l-12-24" fill="{p.trim}"/>'
        f'<circle cx="240" cy="240" r="136" fill="{p.body}"/>'
        f'<circle cx="240" cy="240" r="114" fill="#fffaf0"/>'
        f'<g stroke="{_INK}" stroke-width="6">{ticks}</g>'
        f'<g stroke="{_INK}" stroke-linecap="round"><path d="M240 240v-58" stroke-width="11" '
        f'transform="rotate({hour} 240 240)"/><path d="M240 240v-86" stroke-width="7" '
        f'transform="rotate({minute} 240 240)"/></g>'
        f'<circle cx="240" cy="240" r="11" fill="{p.trim}"/>'
    )


def _notebook(p: Palette, chance: random.Random) -> str:
    lean = chance.randrange(-9, 10)
    rings = "".join(
        f'<circle cx="152" cy="{y}" r="8" fill="none" stroke="{_INK}" stroke-width="5"/>'
        for y in range(128, 372, 30)
    )
    return (
        f'<g transform="rotate({lean} 240 250)"><path d="M156 104h184v286H156z" fill="#fffaf0" '
        f'transform="translate(10 4)"/><rect x="148" y="100" width="188" height="288" rx="10" '
        f'fill="{p.body}"/><rect x="190" y="150" width="112" height="62" rx="5" fill="{p.trim}"/>'
        f'<path d="M204 172h84M204 190h56" stroke="{_INK}" stroke-width="6"/>{rings}</g>'
    )


def _cushion(p: Palette, chance: random.Random) -> str:
    stripes = "".join(
        f'<path d="M{x} 166q10 96 0 196" stroke="{p.trim}" stroke-width="14" fill="none"/>'
        for x in range(146 + chance.randrange(16), 350, 46)
    )
    return (
        f'<path d="M92 150q148 34 296 0-30 118 0 236-148-30-296 0 30-118 0-236z" fill="{p.body}"/>'
        f'{stripes}<circle cx="240" cy="266" r="12" fill="{_INK}" opacity=".5"/>'
    )


def _basket(p: Palette, chance: random.Random) -> str:
    weave = "".join(
        f'<path d="M{124 + row * 5} {236 + row * 25}q116 {chance.randrange(14, 26)} '
        f'{232 - row * 10} 0"/>'
        for row in range(6)
    )
    return (
        f'<path d="M148 228C150 96 330 96 332 228" fill="none" stroke="{p.trim}" '
        f'stroke-width="18"/>'
        f'<path d="M108 222h264l-36 166H144z" fill="{p.body}"/>'
        f'<g fill="none" stroke="{p.trim}" stroke-width="8">{weave}</g>'
        f'<rect x="98" y="210" width="284" height="28" rx="14" fill="{p.trim}"/>'
    )


SHAPES: Mapping[str, Callable[[Palette, random.Random], str]] = {
    "mugs": _mug,
    "lamps": _lamp,
    "chairs": _chair,
    "vases": _vase,
    "clocks": _clock,
    "notebooks": _notebook,
    "cushions": _cushion,
    "baskets": _basket,
}
CATEGORIES = tuple(SHAPES)
