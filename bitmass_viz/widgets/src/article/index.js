/** Voilà's page; the static site has this among its own scripts. */

import { explainCitations } from "./citations.js";
import { followReading } from "./reading.js";

followReading(/** @type {HTMLElement} */ (document.querySelector(".bar")));
explainCitations();
