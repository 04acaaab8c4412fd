// Planted: somebody wanted one function and took the whole library.
import lodash from "lodash";
import "../app.jsx";

window.shopTools = lodash;
