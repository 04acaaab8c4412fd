"""The words that the catalogue is written with."""

from __future__ import annotations

from collections.abc import Mapping

THINGS: Mapping[str, tuple[str, ...]] = {
    "mugs": ("Mug", "Cup", "Beaker", "Breakfast Mug"),
    "lamps": ("Table Lamp", "Reading Lamp", "Lantern", "Bedside Lamp"),
    "chairs": ("Chair", "Armchair", "Kitchen Chair", "Slat Chair"),
    "vases": ("Vase", "Flower Jug", "Carafe", "Bud Vase"),
    "clocks": ("Desk Clock", "Mantel Clock", "Alarm Clock", "Wall Clock"),
    "notebooks": ("Notebook", "Sketchbook", "Diary", "Ledger"),
    "cushions": ("Cushion", "Bolster", "Floor Cushion", "Seat Pad"),
    "baskets": ("Basket", "Log Basket", "Trug", "Bread Basket"),
}
PRICES: Mapping[str, tuple[int, int]] = {
    "mugs": (9, 34),
    "lamps": (39, 189),
    "chairs": (89, 420),
    "vases": (19, 120),
    "clocks": (29, 210),
    "notebooks": (6, 28),
    "cushions": (15, 75),
    "baskets": (18, 96),
}
LOOKS = (
    "Ash", "Birch", "Bramble", "Chalk", "Clay", "Cobalt", "Copper", "Dune", "Ember", "Fern",
    "Flint", "Frost", "Harbour", "Hazel", "Heather", "Indigo", "Juniper", "Linen", "Marl", "Moss",
    "Oat", "Ochre", "Pebble", "Plum", "Quarry", "Russet", "Saffron", "Slate", "Tide", "Willow",
)  # fmt: skip
# Each made about twenty products: what a search for a maker finds.
MAKERS = tuple(
    first + last
    for first in ("Aren", "Bjor", "Cald", "Drum", "Elst", "Fenn", "Gart", "Holm", "Iver", "Jess",
                  "Kirk", "Lund", "Mors", "Nord", "Osth")
    for last in ("berg", "dottir", "feldt", "gaard", "holt", "lind", "moor", "strand", "wick",
                 "worth")
)  # fmt: skip
FIRST_NAMES = (
    "Ada", "Ben", "Clara", "Dario", "Edda", "Femi", "Greta", "Hugo", "Ines", "Jonas", "Kaja",
    "Leo", "Mira", "Noor", "Olga", "Pavel", "Rosa", "Sami", "Tove", "Yusuf",
)  # fmt: skip
LAST_NAMES = (
    "Adler", "Berg", "Costa", "Dahl", "Eriksen", "Fuchs", "Garcia", "Hansen", "Ito", "Jansen",
    "Keller", "Lind", "Meyer", "Novak", "Okafor", "Petrov", "Quist", "Rossi", "Sørensen", "Weiß",
)  # fmt: skip
STREETS = ("Linden Street", "Mill Lane", "Harbour Road", "Church Walk", "Orchard Way")
TOWNS = ("Fairhaven", "Northwick", "Ashby", "Millbrook", "Saltmarsh", "Kingsford")

OPENINGS = (
    "{maker} makes this {thing} in small batches, from {stuff} that is {worked} by hand.",
    "A {thing} for {moment}, drawn by {maker} and {worked} in a workshop near {town}.",
    "{maker} took an old {thing} from {town} as a model and left away what it did not need.",
)
SENTENCES = (
    "The {part} is {worked}, which makes it {quality} and a little different on every piece.",
    "It is at home in the {room}, and it does not mind being moved to the {other_room}.",
    "We have used ours for {moment} since last winter, and the {part} has only become {quality}.",
    "The {stuff} comes from a family business in {town} that looks after its own forest.",
    "Wipe it with a {cloth} cloth and {soap}, let it dry in the shade, and it stays {quality}.",
    "The {part} can be replaced: write to us, and we send you a new one and what fits it.",
    "It is packed in {packing} without any plastic, and the box is made to be used again.",
    "People who cook, read or simply sit in the {room} tell us that they reach for it every day.",
    "Its colour is {worked} in three thin layers, so that light shows the {stuff} underneath.",
    "Each one is signed under the {part}, with the number of the batch and the week it was made.",
    "The {part} carries more than it looks, as the test house in {town} has measured for us.",
    "If it is too {quality} for your taste, ask for the plain version, which we make to order.",
    "Children in {town} have tested the {part} for us, and none of them found a way to break it.",
    "Set it in the {room} by the window: {stuff} looks best in the light of {moment}.",
    "The first batch was made for a guest house in {town}, where all forty are still in use.",
    "Over the years the {stuff} grows darker, and the {part} takes on a {quality} shine.",
    "We send it within two days, in {packing}, and take it back for a whole summer.",
    "The drawings hang in our {room}; whoever visits may hold the {part} of the very first one.",
    "It weighs less than you think, because the {stuff} is {worked} only where a hand will rest.",
    "Two of them side by side in the {room} look as if they had always been a pair.",
)
FILLINGS: Mapping[str, tuple[str, ...]] = {
    "stuff": ("stoneware", "oak", "beech wood", "flax", "wool", "willow", "brass", "walnut"),
    "worked": ("turned", "glazed", "woven", "brushed", "waxed", "stitched", "burnished", "oiled"),
    "quality": ("sturdy", "quiet", "warm", "smooth", "generous", "soft", "bright", "heavy"),
    "part": ("handle", "rim", "foot", "seam", "edge", "frame", "base", "lid"),
    "room": ("kitchen", "hall", "study", "bedroom", "conservatory", "living room"),
    "other_room": ("garden", "balcony", "workshop", "guest room", "terrace", "summer house"),
    "moment": ("slow mornings", "long evenings", "winter breakfasts", "letters", "rainy Sundays"),
    "cloth": ("damp", "dry", "linen", "cotton", "woollen"),
    "soap": ("mild soap", "warm water", "a drop of oil", "nothing else", "a pinch of soda"),
    "packing": ("paper wool", "straw", "corrugated card", "recycled felt"),
    "town": TOWNS,
}
