import $ from "../../static/vendor/jquery.slim.module.min.js";

/** A fresh copy of the element inside a `<template>`. */
export function copyOf(selector) {
  return $($(selector).prop("content").firstElementChild).clone();
}
