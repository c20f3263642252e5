import { enableBusyForms } from "./busy.js";
import { enableLanding } from "./landing.js";
import { enableLogOut } from "./log-out.js";

// Before the form is busy: it may be asked whether it is meant.
enableLogOut();
enableBusyForms();
enableLanding();
