/** The neuron view: receptive fields in the first layer, rows of weights per class in the second. */

import { grouped } from "../shared/numbers.js";
import { createClasses } from "./class_rows.js";
import { createFields } from "./receptive_fields.js";

/** @type {import("./view.js").View} */
export const neuronView = {
  id: "neuron",
  title: "Neuron view",
  what: "What each hidden unit looks for in the image, or what each class listens to.",
  summary({ plan, layer }) {
    const kind = plan.bpw === 1 ? "signs" : "numbers";
    return `${grouped(layer.units)} × ${grouped(layer.features)} ${kind}`;
  },
  create() {
    const first = createFields();
    const second = createClasses();
    /** @param {import("./shown_weights.js").Scene} scene */
    const part = (scene) => (scene.layer.index === 0 ? first : second);
    return {
      layout: (scene, width, dpr) => part(scene).layout(scene, width, dpr),
      furniture: (g, scene) => part(scene).furniture(g, scene),
      paint: (g, scene) => part(scene).paint(g, scene),
      locate: (scene, x, y) => part(scene).locate(scene, x, y),
      boxes: (scene, mark) => part(scene).boxes(scene, mark),
      move: (scene, mark, key, fine) => part(scene).move(scene, mark, key, fine),
    };
  },
};
