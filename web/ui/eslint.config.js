import js from "@eslint/js";
import reactHooks from "eslint-plugin-react-hooks";
import globals from "globals";
import tseslint from "typescript-eslint";

export default tseslint.config(
  // What is made is as it is made.
  { ignores: ["dist", "src/wire"] },
  js.configs.recommended,
  {
    files: ["src/**/*.{ts,tsx}", "vite.config.ts"],
    extends: [tseslint.configs.strictTypeChecked, reactHooks.configs.flat.recommended],
    languageOptions: {
      globals: globals.browser,
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      // A decimal that passed through a float is no longer the decimal that was sent.
      "no-restricted-globals": [
        "error",
        { name: "parseFloat", message: "Decimals are read by decimal.ts." },
        { name: "parseInt", message: "Decimals are read by decimal.ts." },
      ],
    },
  },
  {
    files: ["e2e/**/*.mjs", "size.mjs", "wire.mjs"],
    languageOptions: { globals: { ...globals.node, ...globals.browser } },
  },
);
