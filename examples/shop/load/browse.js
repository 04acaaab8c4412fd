// A visit to the shop, many times: a look around, a basket, an order. Visits begin at a steady
// rate whatever the answers take (open model), and each makes the same requests with the same
// queries behind them, so that queries per request are exact; only which products, words and
// customers follows from the number of the visit. A search stands in for a category every
// twentieth time: both are one query.
//
// SHOP_URL: where the shop is. SHOP_LOAD_SECONDS: how long the scenario "main" lasts (default 10),
// after a scenario "warmup" of two seconds, which measurements leave out.
import { check } from "k6";
import exec from "k6/execution";
import http from "k6/http";

const SHOP = __ENV.SHOP_URL;
const SECONDS = Number(__ENV.SHOP_LOAD_SECONDS || 10);
const WARMUP = 2;
const VISITS_PER_SECOND = 30;

const PRODUCTS = 3000;
const REGULARS = 100; // customers 1 to 100 have at least a full page of orders
const CATEGORIES = ["mugs", "lamps", "chairs", "vases", "clocks", "notebooks", "cushions", "baskets"];
const MAKERS = ["arenlind", "caldmoor", "fennwick", "holmstrand", "jessworth", "lundberg", "nordgaard"];

function visits(seconds, startTime) {
  return {
    executor: "constant-arrival-rate",
    exec: "visit",
    rate: VISITS_PER_SECOND,
    timeUnit: "1s",
    duration: `${seconds}s`,
    startTime: `${startTime}s`,
    preAllocatedVUs: 60,
    maxVUs: 200,
    gracefulStop: "10s",
  };
}

export const options = {
  scenarios: { warmup: visits(WARMUP, 0), main: visits(SECONDS, WARMUP) },
  thresholds: { checks: ["rate>0.99"] },
  summaryTrendStats: ["avg", "med", "p(95)", "p(99)", "max", "count"],
};

export function visit() {
  const n = exec.scenario.iterationInTest;
  const product = 1 + ((n * 7919) % PRODUCTS);
  const other = 1 + ((product + 1202) % PRODUCTS);
  const lines = [
    { product, quantity: 1 + (n % 3) },
    { product: other, quantity: 1 },
  ];
  const customer = 1 + (n % REGULARS);

  read("/", "GET /");
  if (n % 20 === 7) read(`/api/products?q=${MAKERS[n % MAKERS.length]}`, "GET /api/products?q");
  else read(`/api/products?category=${CATEGORIES[n % CATEGORIES.length]}`, "GET /api/products");
  read(`/api/products/${product}`, "GET /api/products/{id}");
  read(`/products/${product}`, "GET /products/{id}");
  write("/api/cart", { basket: `load-${exec.scenario.name}-${n}`, lines }, 200, "POST /api/cart");
  write("/api/orders", { customer, lines }, 201, "POST /api/orders");
  read(`/api/orders?customer=${customer}`, "GET /api/orders");
}

function read(path, name) {
  const answer = http.get(SHOP + path, { tags: { op: "read", name } });
  check(answer, { "read: 200": (r) => r.status === 200 });
}

function write(path, content, status, name) {
  const params = { headers: { "Content-Type": "application/json" }, tags: { op: "write", name } };
  const answer = http.post(SHOP + path, JSON.stringify(content), params);
  check(answer, { "write: as asked": (r) => r.status === status });
}
