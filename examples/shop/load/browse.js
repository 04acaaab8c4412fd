// What visitors do, at a steady rate whatever the answers take (open model): mostly reading, now
// and then a basket or an order. SHOP_URL says where; SHOP_LOAD_SECONDS how long (default 10).
import { check } from "k6";
import http from "k6/http";
import exec from "k6/execution";

const BASE = __ENV.SHOP_URL;
const SECONDS = Number(__ENV.SHOP_LOAD_SECONDS || 10);
const RATE = 100;
const WORDS = ["bedside lamp", "brass mug", "juniper chair", "chalk carafe", "bread basket", "lantern"];

function visits(duration, more) {
  return {
    executor: "constant-arrival-rate",
    exec: "visit",
    rate: RATE,
    timeUnit: "1s",
    duration,
    preAllocatedVUs: 40,
    maxVUs: 120,
    ...more,
  };
}

export const options = {
  scenarios: {
    warmup: visits("2s", {}),
    main: visits(`${SECONDS}s`, { startTime: "2s" }),
  },
  thresholds: { checks: ["rate>0.99"] },
};

// The same visits in every run: what the n-th one does follows from n alone.
export function visit() {
  const n = exec.scenario.iterationInTest;
  const kind = n % 20;
  if (kind === 7 || kind === 17) order(n);
  else if (kind === 3 || kind === 8 || kind === 13) cart(n);
  else if (kind === 5 || kind === 15) orders(n);
  else if (n % 40 === 9) search(n);
  else if (kind % 2) product(n);
  else shelf(n);
}

function shelf(n) {
  const category = n % 4 ? "" : "&category=lamps";
  read(`/api/products?page=${1 + (n % 20)}${category}`, "GET /api/products");
}

function product(n) {
  read(`/api/products/${1 + ((n * 37) % 3000)}`, "GET /api/products/{id}");
}

function search(n) {
  const words = encodeURIComponent(WORDS[Math.floor(n / 40) % WORDS.length]);
  read(`/api/products?q=${words}`, "GET /api/products?q");
}

function orders(n) {
  read(`/api/orders?customer=${1 + ((n * 7) % 100)}`, "GET /api/orders");
}

function cart(n) {
  write("/api/cart", { basket: `load-basket-${n % 50}`, lines: lines(n) }, "POST /api/cart", 200);
}

function order(n) {
  write("/api/orders", { customer: 101 + (n % 1800), lines: lines(n) }, "POST /api/orders", 201);
}

function lines(n) {
  return [0, 1, 2].map((i) => ({ product: 1 + ((n * 11 + i * 101) % 3000), quantity: 1 + i }));
}

function read(path, name) {
  const answer = http.get(BASE + path, { tags: { op: "read", name } });
  check(answer, { "read answers": (r) => r.status === 200 });
}

function write(path, body, name, status) {
  const headers = { "Content-Type": "application/json" };
  const answer = http.post(BASE + path, JSON.stringify(body), { headers, tags: { op: "write", name } });
  check(answer, { "write answers": (r) => r.status === status });
}
