// After an error the reader starts at what is wrong.
document.querySelector(".error-summary[tabindex]")?.focus();
