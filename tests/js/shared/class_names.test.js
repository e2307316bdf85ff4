import assert from "node:assert/strict";
import { test } from "node:test";
import { unitSentence } from "../../../bitmass_viz/widgets/src/bits/unit.js";
import { WORDS } from "../../../bitmass_viz/widgets/src/one_example/words.js";
import { createClassNames, DIGIT_NAMES } from "../../../bitmass_viz/widgets/src/shared/class_names.js";

const clothes = createClassNames(["T-shirt", "trousers", "an unusually long name"]);

test("digits are called digits, and other classes by their names", () => {
  assert.deepEqual([DIGIT_NAMES.one(3), DIGIT_NAMES.alone(3), DIGIT_NAMES.noun], ["a 3", "a 3", "digit"]);
  assert.equal(DIGIT_NAMES.picture(3), "handwritten 3");
  assert.deepEqual([clothes.one(1), clothes.alone(1), clothes.noun], ["“trousers”", "trousers", "image"]);
  assert.equal(clothes.picture(1), "image of class trousers");
});

test("where there is little room a name is shortened, and a class without a name goes by its number", () => {
  assert.equal(clothes.short(0), "T-shirt");
  assert.equal(clothes.short(2), "an unusua…");
  assert.equal(clothes.beginning(1, 2), "tr");
  assert.equal(clothes.name(7), "7");
});

test("sentences name classes", () => {
  const unit = { unit: 0, place: "", taught: true, values: [], named: [0, 1] };
  assert.equal(unitSentence(unit, clothes), "Taught to answer to T-shirt and trousers.");
  assert.equal(unitSentence({ ...unit, named: [] }, clothes), "Taught to answer to no image.");
  assert.equal(
    WORDS.answer("T-shirt", "it is", { right: false, one: clothes.one(1) }),
    "The answer is T-shirt, because it is. That is wrong: it is “trousers”.",
  );
});
