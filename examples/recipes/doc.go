// Package recipes has the code of docs/recipes.md and docs/porting.md: what
// programs add to a Gateway. Copy what you need; nobody imports it.
package recipes
