// The checkout: quantities, totals, and the button to pay.
import { useStore } from "@nanostores/preact";
import { atom } from "nanostores";
import { render } from "preact";
import { $basket, clear, put, save, send, wishes } from "./basket.js";
import { euros } from "./money.js";
import { reference } from "./receipt.js";

const IDLE = { name: "idle", note: "To the address in your account. Nobody is charged." };

export function startCheckout() {
  const place = document.getElementById("checkout");
  if (!place) return;
  const { customer, lines, totals } = JSON.parse(
    document.getElementById("checkout-state").textContent,
  );
  // What the server shows is what lies in the basket: also when it offered one to start with.
  $basket.setKey("lines", Object.fromEntries(lines.map((line) => [line.id, line.quantity])));
  const $priced = atom({ lines, totals });
  const $step = atom(IDLE);
  place.replaceChildren();
  render(<Checkout customer={customer} $priced={$priced} $step={$step} />, place);
}

function Checkout({ customer, $priced, $step }) {
  const { lines, totals } = useStore($priced);
  const step = useStore($step);
  if (step.name === "paid") return <Receipt step={step} />;
  const change = async (product, quantity) => {
    put(product, quantity);
    try {
      $priced.set(await save());
    } catch (error) {
      $step.set({ name: "idle", note: error.message });
    }
  };
  return (
    <>
      <section class="lines">
        {lines.map((line) => (
          <Line key={line.id} line={line} change={change} />
        ))}
        {lines.length === 0 && <p class="empty">Your basket is empty.</p>}
      </section>
      <Summary
        totals={totals}
        step={step}
        empty={lines.length === 0}
        pay={() => pay(customer, $priced.get(), $step)}
      />
    </>
  );
}

function Line({ line, change }) {
  return (
    <div class="line">
      <img src={line.image} alt="" width="96" height="96" />
      <div>
        <a href={line.url}>{line.name}</a>
        <small>{euros(line.price)} a piece</small>
      </div>
      <div class="stepper">
        <button aria-label="One less" onClick={() => change(line.id, line.quantity - 1)}>
          −
        </button>
        <output>{line.quantity}</output>
        <button aria-label="One more" onClick={() => change(line.id, line.quantity + 1)}>
          +
        </button>
      </div>
      <strong>{euros(line.price * line.quantity)}</strong>
    </div>
  );
}

function Summary({ totals, step, empty, pay }) {
  const paying = step.name === "paying";
  return (
    <aside class="summary">
      <h2>Summary</h2>
      <dl>
        <dt>Goods</dt>
        <dd>{euros(totals.subtotal)}</dd>
        <dt>Offers</dt>
        <dd>−{euros(totals.discount)}</dd>
        <dt>Shipping</dt>
        <dd>{euros(totals.shipping)}</dd>
        <dt class="sum">Total</dt>
        <dd class="sum">{euros(totals.total)}</dd>
        <dt>VAT in it</dt>
        <dd>{euros(totals.vat)}</dd>
      </dl>
      <button id="pay" class="button" disabled={empty || paying} onClick={pay}>
        {paying ? "Paying…" : `Pay ${euros(totals.total)}`}
      </button>
      <p class="note" role="status">
        {step.note}
      </p>
    </aside>
  );
}

function Receipt({ step }) {
  return (
    <section class="receipt">
      <h2>Thank you</h2>
      <p>
        Order no. <strong>{step.order}</strong>, reference <strong>{step.reference}</strong>
      </p>
      <ul>
        {step.lines.map((line) => (
          <li key={line.id}>
            {line.quantity} × {line.name}
          </li>
        ))}
      </ul>
      <p>{euros(step.total)}, which nobody will be charged.</p>
      <a class="button" href="/orders">
        Your orders
      </a>
    </section>
  );
}

async function pay(customer, { lines, totals }, $step) {
  const ours = reference(lines, totals.total);
  $step.set({ name: "paying", note: `Reference ${ours}` });
  try {
    const content = { customer, lines: wishes($basket.get().lines) };
    const { id, totals: paid } = await send("/api/orders", content);
    $step.set({ name: "paid", order: id, reference: ours, lines, total: paid.total });
    clear();
    await save();
  } catch (error) {
    $step.set({ name: "idle", note: error.message });
  }
}
