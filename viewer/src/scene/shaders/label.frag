precision highp float;
uniform sampler2D words;
in vec2 vUv;
out vec4 colour;

void main() {
  colour = texture(words, vUv);
  if (colour.a < 0.004) discard;
}
