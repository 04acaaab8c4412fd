// What lies in the basket of this browser: kept here, priced and remembered by the server.
import { persistentMap } from "@nanostores/persistent";
import { computed } from "nanostores";

const text = { encode: JSON.stringify, decode: JSON.parse };
export const $basket = persistentMap("basket:", { id: "", lines: {} }, text);

export const $pieces = computed($basket, ({ lines }) =>
  Object.values(lines).reduce((sum, quantity) => sum + quantity, 0),
);

/** Set how many of a product lie in the basket; none takes it out. */
export function put(product, quantity) {
  const lines = { ...$basket.get().lines };
  if (quantity > 0) lines[product] = Math.min(quantity, 99);
  else delete lines[product];
  $basket.setKey("lines", lines);
}

export function add(product) {
  put(product, ($basket.get().lines[product] ?? 0) + 1);
}

export function clear() {
  $basket.setKey("lines", {});
}

/** Let the server price the basket and remember it under our name for it. */
export async function save() {
  const lines = wishes($basket.get().lines);
  return send("/api/cart", { basket: name(), lines });
}

export function wishes(lines) {
  return Object.entries(lines).map(([product, quantity]) => ({ product: Number(product), quantity }));
}

export async function send(path, content) {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(content),
  });
  const said = await answer.json();
  if (!answer.ok) throw new Error(said.error);
  return said;
}

function name() {
  let { id } = $basket.get();
  if (!id) {
    id = Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join("-");
    $basket.setKey("id", id);
  }
  document.cookie = `basket=${id}; path=/; max-age=31536000; samesite=lax`;
  return id;
}
