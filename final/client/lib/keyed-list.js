import $ from "../../static/vendor/jquery.slim.module.min.js";

/**
 * Updates the elements of a list to show these values in this order. The element of a value that was there before stays,
 * because it may have the focus, or a file may be playing in it.
 */
export function updateList(list, values, { keyOf, create, fill }) {
  const present = new Map(list.children().get().map((element) => [element.dataset.key, element]));
  const wanted = values.map((value) => {
    const key = String(keyOf(value));
    const element = $(present.get(key) ?? create(value).attr("data-key", key));
    fill(element, value);
    return element[0];
  });
  list.children().not(wanted).remove();
  wanted.forEach((element, index) => {
    const there = list[0].children[index];
    if (there !== element) list[0].insertBefore(element, there ?? null);
  });
}
