// Every button with data-add puts its product into the basket; the header counts.
import { $pieces, add, save } from "./basket.js";

export function startBasket() {
  const counter = document.querySelector("[data-basket-count]");
  $pieces.subscribe((pieces) => {
    counter.textContent = String(pieces);
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-add]");
    if (!button) return;
    add(button.dataset.add);
    button.classList.add("added");
    setTimeout(() => button.classList.remove("added"), 900);
    save().catch(() => button.classList.add("failed"));
  });
}
