// Search as you type, in the header.
import { useStore } from "@nanostores/preact";
import { atom } from "nanostores";
import { render } from "preact";
import { euros } from "./money.js";

const PAUSE = 180; // milliseconds without a key before we ask
const SHOWN = 6;

export function startSearch() {
  const form = document.querySelector(".search");
  const [field, place] = [form.querySelector("input"), form.querySelector(".hits")];
  const $found = atom({ words: "", products: [] });
  render(<Hits $found={$found} />, place);

  let timer = 0;
  const ask = async () => {
    const words = field.value.trim();
    place.hidden = words.length < 2;
    if (place.hidden) return;
    const answer = await fetch(`/api/products?q=${encodeURIComponent(words)}`);
    // An answer that comes late is not an answer to what stands in the field now.
    if (answer.ok && words === field.value.trim()) {
      $found.set({ words, products: (await answer.json()).products });
    }
  };
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ask();
  });
  document.addEventListener("click", (event) => {
    if (!form.contains(event.target)) place.hidden = true;
  });
}

function Hits({ $found }) {
  const { words, products } = useStore($found);
  if (products.length === 0) return <p class="empty">Nothing found for “{words}”.</p>;
  return products.slice(0, SHOWN).map((product) => (
    <a key={product.id} href={product.url}>
      <img src={product.image} alt="" width="56" height="56" />
      <span>
        <strong>{product.name}</strong>
        <small>{product.excerpt}</small>
      </span>
      <b>{euros(product.price)}</b>
    </a>
  ));
}
