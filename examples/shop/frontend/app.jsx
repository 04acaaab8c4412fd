// The front end: pages work as the server sends them, this makes them livelier.
import "./shop.css";
import { startBasket } from "./basket-buttons.js";
import { startCheckout } from "./checkout.jsx";
import { startSearch } from "./search.jsx";

startBasket();
startSearch();
startCheckout();
