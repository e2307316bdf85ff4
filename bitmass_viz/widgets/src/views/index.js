/** The views, in reading order. A new view is a module beside these and an entry here. */

import { bitView } from "./bit.js";
import { dataView } from "./data.js";
import { neuronView } from "./neuron.js";

export const VIEWS = [neuronView, bitView, dataView];
