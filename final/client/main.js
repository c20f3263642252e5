import { enableBusyForms } from "./busy.js";
import { enableLanding } from "./landing.js";

enableBusyForms();
enableLanding();
