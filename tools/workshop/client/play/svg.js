const NAMESPACE = "http://www.w3.org/2000/svg";

/** Creates an SVG element with these attributes. */
export function element(name, attributes = {}) {
  const item = document.createElementNS(NAMESPACE, name);
  for (const [attribute, value] of Object.entries(attributes)) item.setAttribute(attribute, value);
  return item;
}
