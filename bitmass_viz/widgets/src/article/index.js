/** Voilà's page; the static site has this among its own scripts. */

import { followReading } from "./reading.js";

followReading(/** @type {HTMLElement} */ (document.querySelector(".bar")));
